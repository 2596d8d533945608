package io.pikaconnect.tool;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.connect.rest.ConnectRestExtension;
import org.apache.kafka.connect.rest.ConnectRestExtensionContext;

/**
 * Adds to the REST interface of a worker that {@code migrate} starts what JMX has of the connectors: {@code GET
 * /pika-connect/metrics} returns {@code [{"type": "source", "tags": {"db": "db0", …}, "values": {"phase": "binlog", …}}, …]}.
 * Runs in the worker's JVM, which does not have the plugin's classes on its class path.
 */
public final class MetricsExtension implements ConnectRestExtension {

    static final String PATH = "/pika-connect/metrics";

    private static final String DOMAIN = "pika.connect";

    @Override
    public void register(ConnectRestExtensionContext context) {
        context.configurable().register(new Metrics());
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void close() {}

    /** What is asked for. */
    @Path(PATH)
    @Produces(MediaType.APPLICATION_JSON)
    public static final class Metrics {

        /** Reads all MBeans; one that goes in between is left out. */
        @GET
        public List<Map<String, Object>> all() throws JMException {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            List<Map<String, Object>> beans = new ArrayList<>();
            for (ObjectName name : server.queryNames(new ObjectName(DOMAIN + ":*"), null)) {
                Map<String, String> tags = tags(name);
                String type = tags.remove("type");
                if (type != null) {
                    beans.add(Map.of("type", type, "tags", tags, "values", values(server, name)));
                }
            }
            return beans;
        }

        private static Map<String, String> tags(ObjectName name) {
            Map<String, String> tags = new TreeMap<>(name.getKeyPropertyList());
            tags.replaceAll((tag, value) -> value.startsWith("\"") ? ObjectName.unquote(value) : value);
            return tags;
        }

        private static Map<String, Object> values(MBeanServer server, ObjectName name) {
            Map<String, Object> values = new TreeMap<>();
            try {
                String[] attributes = Arrays.stream(server.getMBeanInfo(name).getAttributes())
                        .map(MBeanAttributeInfo::getName)
                        .toArray(String[]::new);
                for (Attribute attribute :
                        server.getAttributes(name, attributes).asList()) {
                    if (attribute.getValue() != null) {
                        values.put(attribute.getName(), attribute.getValue().toString());
                    }
                }
            } catch (JMException e) {
                values.clear(); // its task has ended
            }
            return values;
        }
    }
}
