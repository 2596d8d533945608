package io.pikaconnect.demo.migration;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.verify.Comparison;
import io.pikaconnect.tool.verify.KeyContent;
import io.pikaconnect.tool.verify.KeyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import redis.clients.jedis.Jedis;

/**
 * How many keys a server has, and some of them at random, to be looked for on another one: in contrast to
 * {@link Comparison} it takes no time that matters, and another migration than ours may have filled the other server.
 *
 * @param server that has the keys as they have to be
 * @param count of all its keys
 * @param chosen the keys that are compared
 */
public record SpotCheck(Endpoint server, long count, List<byte[]> chosen) {

    private static final int AT_A_TIME = 1_000;

    /** Counts the keys of a server that nobody writes to, and chooses this many of them, or all if there are fewer. */
    public static SpotCheck of(Endpoint server, int sample) {
        Random random = new Random();
        List<byte[]> chosen = new ArrayList<>();
        long[] count = new long[1];
        try (KeyReader keys = KeyReader.ofPika(server)) {
            keys.scan(AT_A_TIME, page -> {
                for (byte[] key : page) {
                    count[0]++;
                    if (chosen.size() < sample) {
                        chosen.add(key);
                    } else {
                        long place = random.nextLong(count[0]);
                        if (place < sample) {
                            chosen.set((int) place, key);
                        }
                    }
                }
            });
        }
        return new SpotCheck(server, count[0], List.copyOf(chosen));
    }

    /** How the chosen keys differ on another server in type, value or deadline, a text for each that does. */
    public List<String> differences(Endpoint other) {
        List<String> differences = new ArrayList<>();
        try (KeyReader wanted = KeyReader.ofPika(server);
                KeyReader found = filled(other)) {
            for (int from = 0; from < chosen.size(); from += AT_A_TIME) {
                List<byte[]> page = chosen.subList(from, Math.min(chosen.size(), from + AT_A_TIME));
                List<KeyContent> here = wanted.read(page);
                List<KeyContent> there = found.read(page);
                for (int i = 0; i < page.size(); i++) {
                    String key = Escaped.text(page.get(i));
                    Comparison.difference(here.get(i), there.get(i))
                            .ifPresent(difference -> differences.add(key + " " + difference));
                }
            }
        }
        return differences;
    }

    /** Whoever is no sink of ours gives keys the times to live that they have in Pika. */
    private static KeyReader filled(Endpoint redis) {
        Optional<LedgerView> ledger;
        try (Jedis client = redis.connect()) {
            ledger = LedgerView.read(client);
        }
        return ledger.map(view -> Comparison.filledBySink(redis, view.graceMs()))
                .orElseGet(() -> KeyReader.ofRedis(redis, ms -> ms));
    }
}
