package io.pikaconnect.demo.migration;

import io.pikaconnect.sink.SinkTarget;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.ReadyConfig;
import io.pikaconnect.tool.Side;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;

/**
 * The real Redis that is filled.
 *
 * @param settings of the sink: how it is reached, and whatever else was given
 */
record RedisTarget(Map<String, String> settings) implements Side {

    private static final String ADDRESS = "redis.address";
    private static final String SENTINELS = "redis.sentinel.master";

    RedisTarget {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /**
     * @param address host:port; may be left out where the file names it, or sentinels
     * @param file with settings of the sink; names of files in it are relative to it
     * @throws IllegalArgumentException when something is wrong with them
     */
    static RedisTarget of(Optional<String> address, Optional<String> password, Optional<Path> file) {
        Map<String, String> settings = new TreeMap<>();
        file.ifPresent(path -> settings.putAll(read(path)));
        address.ifPresent(a -> settings.put(ADDRESS, Endpoint.parse(a, password).toString()));
        password.ifPresent(p -> settings.put("redis.password", p));
        if (!settings.containsKey(ADDRESS) && !settings.containsKey(SENTINELS)) {
            throw new IllegalArgumentException(file.orElseThrow() + " names neither " + ADDRESS + " nor " + SENTINELS
                    + ", and -Dredis=host:port is not given");
        }
        return new RedisTarget(settings);
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("-Dredis.settings: " + file + " cannot be read: " + e, e);
        }
        Map<String, String> settings = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name).strip();
            settings.put(
                    name,
                    name.endsWith(".location") && !value.isEmpty()
                            ? file.toAbsolutePath().resolveSibling(value).toString()
                            : value);
        }
        return settings;
    }

    /** What the sink is deployed with: the ready file of {@code config/}, with these settings instead of its own. */
    Map<String, String> sink(String name) throws IOException {
        Map<String, String> sink = ReadyConfig.of(name);
        sink.remove(ADDRESS);
        sink.putAll(settings);
        return sink;
    }

    @Override
    public Jedis connect() {
        return SinkTarget.connect(settings);
    }

    /** Where it is; the settings have secrets. */
    @Override
    public String toString() {
        return SinkTarget.name(settings);
    }
}
