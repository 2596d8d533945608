package io.pikaconnect.sink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** This worker's host, as the token of an owner has it in the ledger, for people. */
final class WorkerHost {

    private static final int LONGEST = 60;

    /** {@code @} and the name, without spaces; empty where the machine does not know its name. */
    static final String SUFFIX = Optional.ofNullable(System.getenv("HOSTNAME"))
            .or(WorkerHost::asked)
            .map(WorkerHost::suffix)
            .orElse("");

    private WorkerHost() {}

    private static Optional<String> asked() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    static String suffix(String host) {
        String name = host.replaceAll("[^A-Za-z0-9._-]", "");
        return name.isEmpty() ? "" : "@" + name.substring(0, Math.min(name.length(), LONGEST));
    }
}
