package io.pikaconnect.demo;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All records of a topic, and what is wrong with them by the topic's own rules: every sequence of every partition and
 * epoch is present, in order, and duplicates are identical.
 *
 * @param partitions the records of each partition, in order
 */
public record TopicContent(String topic, Map<Integer, List<TopicReader.Entry>> partitions) {

    /**
     * What a check found.
     *
     * @param changes records that carry a change, each counted once
     * @param duplicates records that carry a change once more
     * @param ticks records without a change
     * @param epochs numbers of the epochs, ascending
     * @param problems what breaks the rules; empty if nothing does
     */
    public record Verdict(long changes, long duplicates, long ticks, List<Long> epochs, List<String> problems) {}

    /** Checks every partition. */
    public Verdict check() {
        Check check = new Check();
        partitions.forEach((partition, entries) -> {
            check.beginPartition();
            entries.forEach(check::add);
        });
        return check.verdict();
    }

    /** The offset after the last record with a change, by partition; 0 where there is none. */
    public Map<Integer, Long> ends() {
        Map<Integer, Long> ends = new TreeMap<>();
        partitions.forEach((partition, entries) -> ends.put(
                partition,
                entries.stream()
                        .filter(entry -> entry.change().isPresent()
                                && !entry.change().get().isTick())
                        .mapToLong(entry -> entry.offset() + 1)
                        .max()
                        .orElse(0)));
        return ends;
    }

    private final class Check {

        private final List<String> problems = new ArrayList<>();
        private final Map<Long, Integer> epochs = new TreeMap<>();
        // of the partition being read: by epoch, the record of each sequence
        private Map<Long, List<TopicReader.Entry>> seen = new TreeMap<>();
        private boolean isFirst;
        private long changes;
        private long duplicates;
        private long ticks;

        private void beginPartition() {
            seen = new TreeMap<>();
            isFirst = true;
        }

        private Verdict verdict() {
            epochs.forEach((epoch, count) -> {
                if (count != partitions.size()) {
                    problems.add("epoch " + epoch + " starts on " + count + " of " + partitions.size() + " partitions");
                }
            });
            return new Verdict(changes, duplicates, ticks, List.copyOf(epochs.keySet()), problems);
        }

        private void add(TopicReader.Entry entry) {
            if (entry.change().isEmpty()) {
                problem(entry, "has no header " + ChangeHeader.NAME);
                return;
            }
            ChangeHeader change = entry.change().get();
            List<String> headers = new ArrayList<>(List.of(ChangeHeader.NAME));
            entry.barrier().ifPresent(barrier -> headers.add(Barrier.NAME));
            boolean beginsEpoch = !change.isTick() && change.sequence().orElseThrow() == 0;
            if (isFirst || beginsEpoch || entry.headerNames().contains(Writer.NAME)) { // any may be a task's first
                headers.add(Writer.NAME);
            }
            isFirst = false;
            if (!entry.headerNames().equals(headers)) {
                problem(entry, "has the headers " + entry.headerNames() + ", not " + headers);
            }
            if (change.isTick()) {
                addTick(entry, change);
            } else {
                addChange(entry, change);
            }
        }

        private void addTick(TopicReader.Entry entry, ChangeHeader tick) {
            ticks++;
            if (entry.value().isPresent() || entry.key().isPresent()) {
                problem(entry, "is a tick, but has a key or a value");
            }
            int next = seen.getOrDefault(tick.epoch(), List.of()).size();
            if (tick.sequence().isPresent() && tick.sequence().getAsLong() >= next) {
                problem(entry, "is a tick ahead of its partition, whose next sequence is " + next);
            }
        }

        private void addChange(TopicReader.Entry entry, ChangeHeader change) {
            List<TopicReader.Entry> epoch = seen.computeIfAbsent(change.epoch(), e -> new ArrayList<>());
            long sequence = change.sequence().orElseThrow();
            if (sequence < epoch.size()) {
                duplicates++;
                if (!same(epoch.get((int) sequence), entry)) {
                    problem(
                            entry,
                            "was seen before, at offset "
                                    + epoch.get((int) sequence).offset() + ", but otherwise");
                }
                return;
            }
            if (sequence > epoch.size()) {
                problem(entry, "follows a hole: the next sequence would be " + epoch.size());
                return;
            }
            changes++;
            if (entry.value().isEmpty()) {
                problem(entry, "has no value");
            }
            Position position = change.position().orElseThrow();
            if (sequence == 0) {
                epochs.merge(change.epoch(), 1, Integer::sum);
                if (entry.barrier().isEmpty() || !position.equals(Position.BEGIN)) {
                    problem(entry, "has sequence 0, but is not an epoch barrier");
                }
            } else if (position.compareTo(epoch.get(epoch.size() - 1)
                            .change()
                            .orElseThrow()
                            .position()
                            .orElseThrow())
                    <= 0) {
                problem(entry, "is not after the position of the record before it");
            }
            int partition = entry.key()
                    .map(key -> KeySlot.partition(key, partitions.size()))
                    .orElse(entry.partition());
            if (partition != entry.partition()) {
                problem(entry, "has a key that belongs to partition " + partition);
            }
            epoch.add(entry);
        }

        private boolean same(TopicReader.Entry a, TopicReader.Entry b) {
            return a.change().equals(b.change())
                    && a.barrier().equals(b.barrier())
                    && Arrays.equals(a.key().orElse(new byte[0]), b.key().orElse(new byte[0]))
                    && Arrays.equals(a.value().orElse(new byte[0]), b.value().orElse(new byte[0]));
        }

        private void problem(TopicReader.Entry entry, String what) {
            problems.add("record " + topic + "-" + entry.partition() + "@" + entry.offset() + " "
                    + entry.change().map(ChangeHeader::toString).orElse("") + " " + what);
        }
    }
}
