package io.pikaconnect;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LikeRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Servers of one case of a test; those of a mistake are started by it. */
final class MistakenServers implements AutoCloseable {

    private final List<AutoCloseable> open = new ArrayList<>();

    /** The settings lead to this master. */
    RecordedMaster master(Map<String, String> settings, MasterSetup setup) throws IOException {
        RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"), setup);
        open.add(master);
        settings.put("pika.address", "127.0.0.1:" + master.port());
        return master;
    }

    /** The settings lead to this Redis; an option is one word. */
    RedisServer redis(Map<String, String> settings, String... options) {
        RedisServer redis = RedisServer.start(options);
        open.add(redis);
        settings.put("redis.address", redis.address());
        return redis;
    }

    /** The settings lead to what stands before a Redis. */
    void like(Map<String, String> settings, LikeRedis other) {
        open.add(other);
        settings.put("redis.address", other.address());
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable server : open) {
            server.close();
        }
    }
}
