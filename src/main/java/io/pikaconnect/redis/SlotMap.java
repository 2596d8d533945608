package io.pikaconnect.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which node of a cluster has which hash slot, as one of its nodes answered. */
public final class SlotMap {

    public static final int SLOTS = 16_384;

    private final Server[] masters = new Server[SLOTS];

    private SlotMap() {}

    /**
     * Reads the reply to CLUSTER SLOTS: of each range its first and last slot, then its master and the replicas, each with host,
     * port and more.
     *
     * <pre>
     * 0 5460 [127.0.0.1 7001 6eca…] [127.0.0.1 7004 a762…]
     * </pre>
     *
     * @param asked who answered; a node that does not know its own address leaves the host out
     */
    static SlotMap of(List<?> reply, Server asked) {
        SlotMap map = new SlotMap();
        for (Object element : reply) {
            List<?> range = (List<?>) element;
            List<?> master = (List<?>) range.get(2);
            String host = master.get(0) == null ? "" : new String((byte[]) master.get(0), StandardCharsets.UTF_8);
            Server server = new Server(
                    host.isEmpty() || host.equals("?") ? asked.host() : host,
                    Math.toIntExact((Long) master.get(1)),
                    asked.access());
            int first = Math.toIntExact((Long) range.get(0));
            int last = Math.toIntExact((Long) range.get(1));
            Arrays.fill(map.masters, first, last + 1, server);
        }
        return map;
    }

    /** The node that has the slot; empty if none has it at the moment. */
    public Optional<Server> master(int slot) {
        return Optional.ofNullable(masters[slot]);
    }

    /** The nodes that have slots. */
    public Collection<Server> masters() {
        return Arrays.stream(masters).filter(Objects::nonNull).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** How many slots have a node. */
    int size() {
        return (int) Arrays.stream(masters).filter(Objects::nonNull).count();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotMap map && Arrays.equals(masters, map.masters);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(masters);
    }
}
