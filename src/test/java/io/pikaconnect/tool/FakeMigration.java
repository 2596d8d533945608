package io.pikaconnect.tool;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;

/**
 * A migration as the commands see one: a Pika, a Redis with a ledger, and a Connect cluster that has both connectors, whose
 * source is at the end of Pika's binlog. Nothing moves by itself.
 */
final class FakeMigration implements AutoCloseable {

    /** How a command ended, and what it printed. */
    record Result(int exit, String out, String err) {}

    private final FakePika pika;
    private final Function<String, Jedis> redis;
    private final AutoCloseable redisServers;
    private final String ledger;
    private final FakeConnect connect;

    FakeMigration() throws IOException {
        this(RedisServer.start());
    }

    private FakeMigration(RedisServer redis) throws IOException {
        this(redis.address(), key -> redis.connect(), redis::close, "pika-connect:ledger");
    }

    /** Into a cluster, which is not closed with this. */
    FakeMigration(RedisCluster cluster) throws IOException {
        this(
                cluster.nodes().get(0).address(),
                key -> cluster.masterOf(KeySlot.slot(key.getBytes(StandardCharsets.UTF_8)))
                        .connect(),
                () -> {},
                "pika-connect:{control}ledger");
    }

    /** @param redis makes a connection to the server that has a key */
    private FakeMigration(String address, Function<String, Jedis> redis, AutoCloseable redisServers, String ledger)
            throws IOException {
        this.redis = redis;
        this.redisServers = redisServers;
        this.ledger = ledger;
        pika = FakePika.start(MasterSetup.REAL);
        connect = new FakeConnect();
        Map<String, String> source = new TreeMap<>(ReadyConfig.of(Pipeline.SOURCE));
        source.put("pika.address", "127.0.0.1:" + pika.port());
        connect.deploy(Pipeline.SOURCE, source);
        Map<String, String> sink = new TreeMap<>(ReadyConfig.of(Pipeline.SINK));
        sink.put("redis.address", address);
        connect.deploy(Pipeline.SINK, sink);
        inPika(client -> client.set("key", "value"));
        inRedis("key", client -> client.set("key", "value"));
        ledger(true, "held");
        catchUp();
    }

    FakeConnect connect() {
        return connect;
    }

    /** What a client does. */
    interface Use {
        void with(Jedis client);
    }

    void inPika(Use use) {
        try (Jedis client = new Endpoint("127.0.0.1", pika.port(), Optional.empty()).connect()) {
            use.with(client);
        }
    }

    void inRedis(Use use) {
        inRedis("", use);
    }

    /** On the server that has this key. */
    void inRedis(String key, Use use) {
        try (Jedis client = redis.apply(key)) {
            use.with(client);
        }
    }

    /** The source is at the end of Pika's binlog. */
    void catchUp() {
        connect.place(Pipeline.SOURCE, "db0", "binlog", pika.end().toString(), "4,4");
    }

    /** The ledger's note, and where the sink's partitions are. */
    void ledger(boolean ready, String deadlines) {
        inRedis(ledger, client -> {
            long now = System.currentTimeMillis();
            String place = "1:aa 4 b/0/1/0 5 0 " + now + " " + (now + 10_000) + " -";
            client.hset(
                    ledger,
                    Map.of(
                            "format",
                            "2",
                            "epoch",
                            "7",
                            "grace",
                            "60000",
                            "deadlines",
                            deadlines,
                            "ready",
                            ready ? "1" : "0",
                            "looked",
                            "" + (now + 600_000),
                            "p0",
                            place,
                            "p1",
                            place));
        });
    }

    /** Runs a command against it. */
    Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--connect");
        all.add(connect.address());
        return execute(all.toArray(String[]::new));
    }

    static Result execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine program = Pika2Redis.commandLine();
        program.setOut(new PrintWriter(out));
        program.setErr(new PrintWriter(err));
        int exit = program.execute(arguments);
        return new Result(exit, out.toString(), err.toString());
    }

    @Override
    public void close() {
        connect.close();
        Utils.closeQuietly(redisServers, "Redis");
        pika.close();
    }
}
