package io.pikaconnect.replication;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's role in its replication group, from INFO replication (replication-protocol 10.4):
 *
 * <pre>
 * role:slave master, slave, or master&amp;&amp;slave for a replica that has replicas itself master_host:10.0.0.5
 * master_port:9221 master_link_status:up down while it is cut off, or in a full sync
 * </pre>
 */
public sealed interface Role {

    /** The server does not report its role. */
    Role UNKNOWN = new Unknown();

    /** The server accepts writes. */
    Role MASTER = new OfMaster();

    /** The server does not report its role. */
    record Unknown() implements Role {

        @Override
        public String toString() {
            return "-";
        }
    }

    /** The server accepts writes. */
    record OfMaster() implements Role {

        @Override
        public String toString() {
            return "master";
        }
    }

    /**
     * The server receives its data from another one.
     *
     * @param host of its master, as the server knows it
     * @param port of its master
     * @param linked whether it receives from its master at present
     */
    record OfReplica(String host, int port, boolean linked) implements Role {

        /** Its master's address. */
        public String master() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }

        @Override
        public String toString() {
            return "replica of " + master() + ", link " + (linked ? "up" : "down");
        }
    }

    Pattern ROLE = Pattern.compile("(?m)^role:(\\S+)");
    Pattern HOST = Pattern.compile("(?m)^master_host:(\\S+)");
    Pattern PORT = Pattern.compile("(?m)^master_port:(\\d{1,5})\\b");
    Pattern LINKED = Pattern.compile("(?m)^master_link_status:up\\b");

    /** Reads INFO replication. */
    static Role of(String info) {
        Matcher role = ROLE.matcher(info);
        if (!role.find()) {
            return UNKNOWN;
        }
        if (!role.group(1).contains("slave")) {
            return MASTER;
        }
        Matcher host = HOST.matcher(info);
        Matcher port = PORT.matcher(info);
        return new OfReplica(
                host.find() ? host.group(1) : "?",
                port.find() ? Integer.parseInt(port.group(1)) : 0,
                LINKED.matcher(info).find());
    }

    /** Whether it is known to be a replica. */
    default boolean isReplica() {
        return this instanceof OfReplica;
    }

    /** Whether it is known to lack what its master writes now. */
    default boolean isCutOff() {
        return this instanceof OfReplica replica && !replica.linked;
    }
}
