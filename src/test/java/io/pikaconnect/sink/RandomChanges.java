package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Changes at random that must each take effect once and in order, barriers of all kinds and epochs among them. */
final class RandomChanges {

    private final Random random;
    private final ModelTopic topic;
    private final UnaryOperator<String> names;
    private final Map<String, Object> model = new TreeMap<>();
    private boolean fewBarriers;

    /** @param topic of four partitions, which has begun */
    RandomChanges(Random random, ModelTopic topic) {
        this(random, topic, UnaryOperator.identity());
    }

    /** @param names what is made of the names of keys, of which the beginning has to stay */
    RandomChanges(Random random, ModelTopic topic, UnaryOperator<String> names) {
        this.random = random;
        this.topic = topic;
        this.names = names;
    }

    /** Few barriers and epochs: in a cluster each of them is a step in every slot. */
    RandomChanges withFewBarriers() {
        fewBarriers = true;
        return this;
    }

    private String key() {
        return names.apply((random.nextBoolean() ? "a" : "b") + random.nextInt(30));
    }

    RandomChanges make(int count) {
        for (int i = 0; i < count; i++) {
            change();
        }
        return this;
    }

    /** What one by one they come to, as {@link SinkFixture#content} has it. */
    Map<String, Object> content() {
        return model;
    }

    private void change() {
        String key = key();
        int what = random.nextInt(400);
        if (fewBarriers && what < 8 && random.nextInt(20) > 0) {
            what = 70;
        }
        if (what == 0) {
            topic.barrier(Command.of("FLUSHDB"));
            model.clear();
        } else if (what < 4) {
            topic.barrier(Command.of("pika.patterndel", "a1*", "string", "0"));
            model.entrySet().removeIf(e -> e.getKey().startsWith("a1") && e.getValue() instanceof String);
        } else if (what < 6) {
            topic.barrier(Command.of("pika.patterndel", "b*", "*", "5"));
            List<String> first = model.keySet().stream()
                    .filter(k -> k.startsWith("b"))
                    .limit(5)
                    .toList();
            model.keySet().removeAll(first);
        } else if (what < 7) {
            topic.barrier(Command.of("pika.flushtype", "list"));
            model.values().removeIf(v -> v instanceof List);
        } else if (what < 8) {
            if (random.nextBoolean()) { // the source broke off before it had written a barrier on every partition
                topic.nextPosition();
                Barrier some = random.nextBoolean() ? Barrier.onAll(4) : Barrier.parse("p1+p3");
                topic.barrierOn(some.partitions().first(), some, Command.of("FLUSHDB"));
            }
            topic.epoch(topic.epoch() + 1 + random.nextInt(1_000)).begin();
            model.clear();
        } else if (what < 50 && model.get(key) instanceof List<?> source) {
            String destination = key();
            if (!(model.get(destination) instanceof String)) {
                topic.several(
                        List.of(Resp.bytes(key), Resp.bytes(destination)), Command.of("RPOPLPUSH", key, destination));
                moveLast(key, new ArrayList<>(source), destination);
            }
        } else if (what < 70) {
            topic.command("DEL", key);
            model.remove(key);
        } else if (what < 200 && !(model.get(key) instanceof List)) {
            topic.command("INCR", key);
            model.merge(key, "1", (a, b) -> "" + (Long.parseLong((String) a) + 1));
        } else if (!(model.get(key) instanceof String)) {
            topic.command("RPUSH", key, "" + what);
            List<Object> list = new ArrayList<>();
            if (model.get(key) instanceof List<?> l) {
                list.addAll(l);
            }
            list.add("" + what);
            model.put(key, list);
        }
    }

    private void moveLast(String key, List<Object> source, String destination) {
        Object last = source.remove(source.size() - 1);
        model.put(key, source);
        if (source.isEmpty()) {
            model.remove(key);
        }
        List<Object> list = new ArrayList<>(List.of(last));
        if (model.get(destination) instanceof List<?> l) {
            list.addAll(l);
        }
        model.put(destination, list);
    }
}
