package io.pikaconnect.tool.verify;

import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.verify.ReplicatedKeys.Name;
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
    private final ReplicatedKeys replicated;
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
     * @param replicated the keys that Redis should have; others of Pika's are not looked at
     */
    public Verification(
            Supplier<Jedis> pika,
            Supplier<TargetDb> redis,
            String prefix,
            long graceMs,
            ReplicatedKeys replicated,
            Plan plan,
            Progress progress) {
        this.replicated = replicated;
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
            List<Name> sample = sample();
            for (int from = 0; from < sample.size(); from += AT_A_TIME) {
                compare(sample.subList(from, Math.min(sample.size(), from + AT_A_TIME)));
            }
        } else {
            pika.scan(page -> compare(selected(page)));
            redis.scan(page -> lookForMore(page.stream()
                    .filter(key -> !KeyContent.text(key).startsWith(prefix))
                    .map(replicated::ofRedis)
                    .toList()));
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

    private List<Name> sample() {
        Random random = new Random();
        List<Name> chosen = new ArrayList<>();
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

    private void compare(List<Name> page) {
        if (isFull() || page.isEmpty()) {
            return;
        }
        List<KeyContent> wanted = inPika(page);
        List<KeyContent> found = inRedis(page);
        for (int i = 0; i < page.size(); i++) {
            keys++;
            if (Comparison.difference(wanted.get(i), found.get(i)).isPresent()) {
                suspect(page.get(i));
            }
        }
        progress.at(keys, suspects.size());
    }

    private List<Name> selected(List<byte[]> page) {
        return page.stream().flatMap(key -> replicated.ofPika(key).stream()).toList();
    }

    /** What Redis should have of them. */
    private List<KeyContent> inPika(List<Name> names) {
        List<byte[]> keys =
                names.stream().flatMap(name -> name.inPika().stream()).toList();
        Iterator<KeyContent> contents = (keys.isEmpty() ? List.<KeyContent>of() : pika.read(keys)).iterator();
        return names.stream()
                .map(name -> name.inPika().isPresent() ? contents.next() : KeyContent.ABSENT)
                .map(content -> replicated.hasType(content.type()) ? content : KeyContent.ABSENT)
                .toList();
    }

    private List<KeyContent> inRedis(List<Name> names) {
        return names.isEmpty()
                ? List.of()
                : redis.read(names.stream().map(Name::inRedis).toList());
    }

    /** Those of them that Redis should not have. */
    private List<Name> missing(List<Name> names) {
        List<Name> inPika =
                names.stream().filter(name -> name.inPika().isPresent()).toList();
        List<Boolean> there = pika.have(
                inPika.stream().map(name -> name.inPika().orElseThrow()).toList(), replicated::hasType);
        List<Name> missing = new ArrayList<>(
                names.stream().filter(name -> name.inPika().isEmpty()).toList());
        for (int i = 0; i < inPika.size(); i++) {
            if (!there.get(i)) {
                missing.add(inPika.get(i));
            }
        }
        return missing;
    }

    private void lookForMore(List<Name> page) {
        if (isFull() || page.isEmpty()) {
            return;
        }
        List<Name> missing = missing(page);
        List<KeyContent> contents = inRedis(missing);
        for (int i = 0; i < missing.size(); i++) {
            if (Suspect.isOver(contents.get(i))) {
                expired++;
            } else if (contents.get(i).exists()) {
                suspect(missing.get(i));
            }
        }
        progress.at(keys, suspects.size());
    }

    private void suspect(Name name) {
        suspects.put(KeyContent.text(name.inRedis()), new Suspect(name));
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
            List<Name> names = page.stream().map(Suspect::name).toList();
            List<KeyContent> before = inPika(names);
            List<KeyContent> found = inRedis(names);
            long now = System.nanoTime() / 1_000_000;
            List<KeyContent> after = inPika(names);
            for (int i = 0; i < page.size(); i++) {
                if (page.get(i).settles(before.get(i), found.get(i), after.get(i), now)) {
                    suspects.remove(KeyContent.text(names.get(i).inRedis()));
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
