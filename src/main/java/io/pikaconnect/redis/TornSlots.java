package io.pikaconnect.redis;

import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Finds slots that have keys at a node to which they were being moved, while the node that has them does not know of it: before
 * Redis 8 a replica that takes over does not. It answers as if those keys did not exist.
 */
public final class TornSlots {

    private static final int ASKED_MS = 5_000;

    private final SlotMap slots;
    private final Function<Server, Jedis> connections;
    private final Consumer<Socket> opened;
    private final Set<Integer> found = new TreeSet<>();

    /** By master, those that it knows to be leaving it. */
    private final Map<Server, Set<Integer>> leaving = new HashMap<>();

    private TornSlots(SlotMap slots, Function<Server, Jedis> connections, Consumer<Socket> opened) {
        this.slots = slots;
        this.connections = connections;
        this.opened = opened;
    }

    /**
     * Asks all masters, also those that have no slots.
     *
     * @param connections to those that have slots
     * @param opened gets the sockets of connections to the others
     */
    public static Set<Integer> among(SlotMap slots, Function<Server, Jedis> connections, Consumer<Socket> opened) {
        TornSlots torn = new TornSlots(slots, connections, opened);
        torn.find();
        return torn.found;
    }

    private void find() {
        Map<Server, OpenSlots> open = new HashMap<>();
        Set<Server> idle = new LinkedHashSet<>();
        for (Server server : slots.masters()) {
            OpenSlots its = OpenSlots.of(connections.apply(server).clusterNodes(), server.host());
            open.put(server, its);
            leaving.put(server, its.leaving());
            its.idle().forEach(address -> idle.add(at(address, server.access())));
        }
        open.forEach((server, its) -> add(server, its, connections.apply(server)));
        idle.removeAll(open.keySet());
        idle.forEach(this::askIdle);
    }

    private void askIdle(Server server) {
        try (Jedis jedis = server.connect(0, ASKED_MS, opened)) {
            add(server, OpenSlots.of(jedis.clusterNodes(), server.host()), jedis);
        } catch (JedisConnectionException e) {
            // nobody is given a slot by a node that is away
        }
    }

    private void add(Server server, OpenSlots its, Jedis jedis) {
        List<Integer> unknown = new ArrayList<>(its.coming());
        unknown.removeIf(slot -> slots.master(slot)
                .filter(owner -> !owner.equals(server)
                        && !leaving.getOrDefault(owner, Set.of()).contains(slot))
                .isEmpty());
        for (int slot : unknown) {
            if (jedis.clusterCountKeysInSlot(slot) > 0) {
                found.add(slot);
            }
        }
    }

    private static Server at(String address, Access access) {
        int colon = address.lastIndexOf(':');
        return new Server(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)), access);
    }
}
