package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Two workers, each with two senders, that act only in steps which a seed chooses: one turn of a worker or of a sender, at a
 * time that the seed chooses, too, with rebalances, crashes and lost connections between them. Nothing runs beside a step,
 * so the same seed makes the same run, up to the step at which something is wrong.
 */
final class Steps {

    private static final int PARTITIONS = 3;
    private static final int RECORDS = 1_500;

    private final Random random;
    private final SinkFixture sink;
    private final CuttingProxy proxy;
    private final TestClock clock = TestClock.standing();
    private final ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS);
    private final ModelWorker[] workers = new ModelWorker[2];
    private final int[] owner = {0, 1, 0};
    private final List<List<String>> pushed = new ArrayList<>();

    Steps(long seed, SinkFixture sink, CuttingProxy proxy) {
        this.random = new Random(seed);
        this.sink = sink;
        this.proxy = proxy;
        topic.at(clock.wallMs()).begin();
        for (int p = 0; p < PARTITIONS; p++) {
            pushed.add(new ArrayList<>());
        }
        for (int i = 0; i < RECORDS; i++) {
            int p = random.nextInt(PARTITIONS);
            pushed.get(p).add(String.valueOf(i));
            topic.command("RPUSH", list(p), i);
        }
        start(0);
        start(1);
    }

    /** The list whose changes go to that partition. */
    private static String list(int p) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "list" + i)
                .filter(key -> KeySlot.partition(Resp.bytes(key), PARTITIONS) == p)
                .findFirst()
                .orElseThrow();
    }

    private void start(int w) {
        workers[w] = sink.workerInSteps(
                topic,
                clock,
                "redis.address",
                proxy.address(),
                "sync.batch.num",
                String.valueOf(1 + random.nextInt(8)),
                "sink.buffer.bytes",
                "60000");
        for (int p = 0; p < PARTITIONS; p++) {
            if (owner[p] == w) {
                workers[w].assign(p);
            }
        }
    }

    boolean isComplete() {
        return sink.isAtEnd(topic);
    }

    void step() {
        int w = random.nextInt(2);
        switch (random.nextInt(120)) {
            case 0 -> proxy.cutNext(CuttingProxy.Cut.REQUEST);
            case 1 -> proxy.cutNext(CuttingProxy.Cut.REPLY);
            case 2 -> {
                int p = random.nextInt(PARTITIONS);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            }
            case 3 -> {
                workers[w].crash();
                start(w);
            }
            case 4 -> sink.redis().scriptFlush();
            case 5 -> clock.pass(61_000); // a partition that met its own successor waits for 60 s
            default -> {
                clock.pass(random.nextInt(8));
                if (random.nextInt(3) == 0) {
                    workers[w].turn();
                } else {
                    workers[w].senderTurn(random.nextInt(2));
                }
            }
        }
    }

    /** What is not as the ledger says: of each partition exactly the records before its offset are applied; empty if all is. */
    String wrong() {
        for (int p = 0; p < PARTITIONS; p++) {
            String text = sink.ledger("p" + p);
            long applied = text == null ? 0 : LedgerField.parse(text).sequence().orElse(0);
            List<String> expected = pushed.get(p).subList(0, (int) applied);
            List<String> held = sink.redis().lrange(list(p), 0, -1);
            if (!held.equals(expected)) {
                return list(p) + " holds " + held.size() + " values after " + applied + " records";
            }
        }
        return "";
    }

    /** A mistake that a sink might make: the ledger's field is what it was before the last batch. */
    void forget(int p, String before) {
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "p" + p, before);
    }
}
