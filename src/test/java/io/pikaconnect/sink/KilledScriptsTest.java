package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Sentinel sends SCRIPT KILL to a master that answers BUSY for too long, and so do operators. */
class KilledScriptsTest {

    private static final int MEMBERS = 60_000;

    @RegisterExtension
    final SinkFixture sink = new SinkFixture("--lua-time-limit", "1"); // also its name in 6.2

    private final AtomicInteger killed = new AtomicInteger();
    private volatile boolean over;

    /** Kills whatever script has not written anything yet, a few times. */
    private void kill(int times) {
        try (Jedis redis = new Jedis("127.0.0.1", sink.server.port(), 60_000)) {
            while (!over && killed.get() < times) {
                try {
                    redis.scriptKill();
                    killed.incrementAndGet();
                } catch (JedisException e) {
                    Thread.onSpinWait(); // none is running, or it has written
                }
            }
        }
    }

    @Test
    void aScriptThatWasKilledIsTriedAgainWithNothingLostAndNothingTwice() throws Exception {
        ModelTopic topic = ModelTopic.begun(1);
        for (int i = 0; i < MEMBERS; ) {
            List<Object> args = new ArrayList<>(List.of("ZADD", "z"));
            for (int j = 0; j < 1_000; j++, i++) {
                args.add(i % 7);
                args.add("member-" + i);
            }
            topic.change(Resp.bytes("z"), Command.of(args.toArray()));
        }
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "10000");
        for (int i = 0; i < 10; i++) { // each looks at all members, and finds none
            topic.command("pika.zremrangebylex", "z", "[a", "[b");
            topic.command("RPUSH", "l", String.valueOf(i));
        }
        Thread killer = new Thread(() -> kill(3));
        killer.start();
        try {
            worker.until(() -> killed.get() == 3, 60_000);
            over = true;
            worker.until(() -> isAtEnd(topic), 60_000);
        } finally {
            over = true;
            killer.join();
        }
        assertThat(sink.redis().lrange("l", 0, -1)).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(sink.redis().zcard("z")).isEqualTo(MEMBERS);
    }

    private boolean isAtEnd(ModelTopic topic) {
        try {
            return sink.isAtEnd(topic);
        } catch (JedisException e) { // BUSY
            return false;
        }
    }
}
