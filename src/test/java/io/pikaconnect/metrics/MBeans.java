package io.pikaconnect.metrics;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/** What a JMX client sees, in this JVM or in another one. */
public record MBeans(MBeanServerConnection server) {

    /** Of this JVM. */
    public static MBeans here() {
        return new MBeans(ManagementFactory.getPlatformMBeanServer());
    }

    /** Names that match, {@code pika.connect:*}, as text. */
    public Set<String> names(String pattern) {
        return asking(() -> server.queryNames(new ObjectName(pattern), null).stream()
                .map(ObjectName::toString)
                .collect(Collectors.toSet()));
    }

    /** All attributes of an MBean; empty if there is none. */
    public Map<String, Object> attributes(String name) {
        return asking(() -> {
            ObjectName bean = new ObjectName(name);
            Map<String, Object> values = new TreeMap<>();
            if (server.isRegistered(bean)) {
                String[] attributes = java.util.Arrays.stream(
                                server.getMBeanInfo(bean).getAttributes())
                        .map(MBeanAttributeInfo::getName)
                        .toArray(String[]::new);
                for (Attribute a : server.getAttributes(bean, attributes).asList()) {
                    values.put(a.getName(), a.getValue());
                }
            }
            return values;
        });
    }

    private interface Question<T> {
        T ask() throws JMException, java.io.IOException;
    }

    private static <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (JMException | java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
