package io.pikaconnect.tool.verify;

import io.pikaconnect.change.Selection;
import io.pikaconnect.sink.TargetDb;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;

/**
 * Compares a db of Pika with the one that a sink fills, beside live traffic: all keys or a sample of them by type, value and
 * deadline. What differs is looked at again in rounds. A key differs if Redis stays as it is in the last rounds and Pika
 * had that in none of them; one that changes in each of them is not compared.
 */
public final class Verification implements AutoCloseable {

    private static final int AT_A_TIME = 100;

    /**
     * How it is done.
     *
     * @param sample this many keys at random; 0 for all, and the keys that only Redis has
     * @param rounds in which what differs is looked at again, at least 3
     * @param perSecond commands for each of the servers; 0 for no limit
     * @param most keys that may differ at first; with more it ends
     * @param values whether values are shown
     */
    public record Plan(int sample, int rounds, double perSecond, int most, boolean values) {}

    /** Gets told how far it is, and waits between rounds. */
    public interface Progress {

        /** So many keys are compared, and so many of them are to be looked at again. */
        void at(long keys, int suspects);

        /** Waits until Redis should have what Pika had when this was called. */
        void awaitRedis(int round, int suspects);
    }

    private final KeyReader pika;
    private final TargetKeys redis;
    private final String prefix;
    private final Selection selection;
    private final Plan plan;
    private final Progress progress;

    /** By their names: a scan may return a key twice, and both scans one that changes. */
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();

    private long keys;
    private long expired;
    private boolean complete = true;

    /**
     * Connects to both.
     *
     * @param prefix of the sink's own keys
     * @param graceMs how much longer a key lives in a Redis that ends keys by itself
     * @param selection the keys that are replicated; others of Pika's are not looked at
     */
    public Verification(
            Supplier<Jedis> pika,
            Supplier<TargetDb> redis,
            String prefix,
            long graceMs,
            Selection selection,
            Plan plan,
            Progress progress) {
        this.selection = selection;
        this.pika = KeyReader.ofPika(pika.get(), Pace.of(plan.perSecond()));
        this.redis = new TargetKeys(
                redis.get(),
                server -> KeyReader.ofRedis(server, Comparison.sourcesTime(graceMs), Pace.of(plan.perSecond())));
        this.prefix = prefix;
        this.plan = plan;
        this.progress = progress;
    }

    /** Compares. */
    public Findings run() {
        if (plan.sample() > 0) {
            List<byte[]> sample = sample();
            for (int from = 0; from < sample.size(); from += AT_A_TIME) {
                compare(sample.subList(from, Math.min(sample.size(), from + AT_A_TIME)));
            }
        } else {
            pika.scan(page -> compare(selected(page)));
            redis.scan(this::lookForMore);
        }
        for (int round = 1; round <= plan.rounds() && !suspects.isEmpty(); round++) {
            progress.awaitRedis(round, suspects.size());
            lookAgain();
        }
        List<Difference> differences = new ArrayList<>();
        List<Difference> changing = new ArrayList<>();
        suspects.values()
                .forEach(suspect ->
                        (suspect.isDifferent() ? differences : changing).add(suspect.difference(plan.values())));
        return new Findings(keys, expired, List.copyOf(differences), List.copyOf(changing), complete);
    }

    private List<byte[]> sample() {
        Random random = new Random();
        List<byte[]> chosen = new ArrayList<>();
        long[] count = new long[1];
        pika.scan(
                10 * AT_A_TIME,
                page -> selected(page).forEach(key -> {
                    count[0]++;
                    if (chosen.size() < plan.sample()) {
                        chosen.add(key);
                        return;
                    }
                    long place = random.nextLong(count[0]);
                    if (place < chosen.size()) {
                        chosen.set((int) place, key);
                    }
                }));
        return chosen;
    }

    private void compare(List<byte[]> page) {
        if (isFull() || page.isEmpty()) {
            return;
        }
        List<KeyContent> wanted = inPika(page);
        List<KeyContent> found = redis.read(page);
        for (int i = 0; i < page.size(); i++) {
            keys++;
            if (Comparison.difference(wanted.get(i), found.get(i)).isPresent()) {
                suspect(page.get(i));
            }
        }
        progress.at(keys, suspects.size());
    }

    private List<byte[]> selected(List<byte[]> page) {
        return selection.isOfAllNames()
                ? page
                : page.stream().filter(selection::hasName).toList();
    }

    /** What Redis should have of them. */
    private List<KeyContent> inPika(List<byte[]> names) {
        List<KeyContent> contents = pika.read(names);
        return selection.types().isEmpty()
                ? contents
                : contents.stream()
                        .map(content -> selection.hasType(content.type()) ? content : KeyContent.ABSENT)
                        .toList();
    }

    private void lookForMore(List<byte[]> page) {
        List<byte[]> others = page.stream()
                .filter(key -> !KeyContent.text(key).startsWith(prefix))
                .toList();
        if (isFull() || others.isEmpty()) {
            return;
        }
        List<byte[]> missing = pika.missing(others);
        List<KeyContent> contents = missing.isEmpty() ? List.of() : redis.read(missing);
        for (int i = 0; i < missing.size(); i++) {
            if (Suspect.isOver(contents.get(i))) {
                expired++;
            } else if (contents.get(i).exists()) {
                suspect(missing.get(i));
            }
        }
        progress.at(keys, suspects.size());
    }

    private void suspect(byte[] key) {
        suspects.put(KeyContent.text(key), new Suspect(key));
    }

    private boolean isFull() {
        complete &= suspects.size() <= plan.most();
        return !complete;
    }

    private void lookAgain() {
        Iterator<Suspect> rest = List.copyOf(suspects.values()).iterator();
        while (rest.hasNext()) {
            List<Suspect> page = new ArrayList<>();
            while (rest.hasNext() && page.size() < AT_A_TIME) {
                page.add(rest.next());
            }
            List<byte[]> names = page.stream().map(Suspect::key).toList();
            List<KeyContent> before = inPika(names);
            List<KeyContent> found = redis.read(names);
            long now = System.nanoTime() / 1_000_000;
            List<KeyContent> after = inPika(names);
            for (int i = 0; i < page.size(); i++) {
                if (page.get(i).settles(before.get(i), found.get(i), after.get(i), now)) {
                    suspects.remove(KeyContent.text(names.get(i)));
                }
            }
        }
    }

    @Override
    public void close() {
        pika.close();
        redis.close();
    }
}
