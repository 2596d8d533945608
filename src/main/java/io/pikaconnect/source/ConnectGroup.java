package io.pikaconnect.source;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The group of the Connect cluster that this worker belongs to ({@code group.id}). Connect does not tell its connectors; a
 * distributed worker names its own Kafka clients by it, and these are seen in JMX:
 *
 * <pre>
 * kafka.admin.client:type=app-info,id=GROUP-shared-admin            without client.id in the worker's settings
 * kafka.admin.client:type=app-info,id=GROUP-CLIENT_ID-shared-admin  with it
 * kafka.connect:type=app-info,id=CLIENT_ID                          with it
 * </pre>
 */
final class ConnectGroup {

    private static final String ADMIN = "-shared-admin";

    private ConnectGroup() {}

    /** Empty where it is not known: a standalone worker, several workers in one process. */
    static Optional<String> known() {
        return known(ManagementFactory.getPlatformMBeanServer());
    }

    static Optional<String> known(MBeanServer beans) {
        try {
            Set<String> clients = ids(beans, "kafka.connect");
            Set<String> groups = ids(beans, "kafka.admin.client").stream()
                    .filter(id -> id.endsWith(ADMIN))
                    .map(id -> group(id.substring(0, id.length() - ADMIN.length()), clients))
                    .collect(Collectors.toSet());
            return groups.size() == 1 ? groups.stream().findFirst() : Optional.empty();
        } catch (JMException | RuntimeException e) { // what cannot be read is not known
            return Optional.empty();
        }
    }

    private static String group(String base, Set<String> clients) {
        return clients.stream()
                .filter(client -> base.endsWith("-" + client))
                .findFirst()
                .map(client -> base.substring(0, base.length() - client.length() - 1))
                .orElse(base);
    }

    private static Set<String> ids(MBeanServer beans, String domain) throws JMException {
        return beans.queryNames(new ObjectName(domain + ":type=app-info,id=*"), null).stream()
                .map(name -> name.getKeyProperty("id"))
                .map(id -> id.startsWith("\"") ? ObjectName.unquote(id) : id)
                .collect(Collectors.toSet());
    }
}
