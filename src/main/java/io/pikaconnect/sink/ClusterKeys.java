package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.redis.Server;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Walks over the keys of a cluster's nodes that are not the sink's own. */
final class ClusterKeys {

    private static final int PAGE = 1_000;

    /** What is done with a page of a node's keys, by slot. */
    interface Page {

        /** @return whether the walk goes on */
        boolean take(Server node, Map<Integer, List<byte[]>> keys);
    }

    private final byte[] prefix;

    /** @param prefix of the sink's own keys */
    ClusterKeys(String prefix) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    }

    /** Walks over all nodes; returns whether it came to the end. */
    boolean walk(ClusterLink link, byte[] pattern, String type, Page page) {
        ScanParams params = new ScanParams().count(PAGE).match(pattern);
        for (Server node : link.slots().masters()) {
            byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
            do {
                ScanResult<byte[]> found = type.equals("*")
                        ? link.jedis(node).scan(cursor, params)
                        : link.jedis(node).scan(cursor, params, type.getBytes(StandardCharsets.US_ASCII));
                Map<Integer, List<byte[]>> keys = bySlot(found.getResult());
                if (!keys.isEmpty() && !page.take(node, keys)) {
                    return false;
                }
                cursor = found.getCursorAsBytes();
            } while (cursor.length != 1 || cursor[0] != '0');
        }
        return true;
    }

    /** The same over those that a delete by pattern is about. */
    boolean walk(ClusterLink link, Command delete, Page page) {
        List<byte[]> staying = MappedDeletes.staying(delete);
        return walk(link, delete.args().get(1), delete.text(2), (node, keys) -> {
            keys.values().forEach(its -> its.removeIf(key -> staying.stream().anyMatch(all -> startsWith(key, all))));
            keys.values().removeIf(List::isEmpty);
            return keys.isEmpty() || page.take(node, keys);
        });
    }

    /** Those that are not the sink's own. */
    Map<Integer, List<byte[]>> bySlot(List<byte[]> keys) {
        Map<Integer, List<byte[]>> bySlot = new TreeMap<>();
        for (byte[] key : keys) {
            if (!startsWith(key, prefix)) {
                bySlot.computeIfAbsent(KeySlot.slot(key), slot -> new ArrayList<>())
                        .add(key);
            }
        }
        return bySlot;
    }

    private static boolean startsWith(byte[] key, byte[] beginning) {
        if (key.length < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (key[i] != beginning[i]) {
                return false;
            }
        }
        return true;
    }
}
