package io.pikaconnect.demo.migration;

import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.page.PageAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * The options of a run.
 *
 * @param pika the real Pika; absent: a stand-in with data and live writers
 * @param redis the real Redis, with the sink's settings that it takes; absent: an embedded one
 * @param directory for Kafka's data, dumps and logs
 * @param compare with a real Pika: compare and end once Redis has everything, instead of following until Ctrl-C
 * @param keys of the stand-in at the start
 * @param writing how long its writers continue after the full sync
 * @param plugins folder with the plugin's folder
 * @param page where the page is served; absent: nowhere
 */
record Options(
        Optional<Endpoint> pika,
        Optional<RedisTarget> redis,
        Path directory,
        boolean compare,
        int keys,
        Duration writing,
        Path plugins,
        Optional<InetSocketAddress> page) {

    /**
     * Reads {@code pika}, {@code pika.password}, {@code redis}, {@code redis.password}, {@code redis.settings} (empty for
     * none), {@code directory} (empty for the usual one), {@code compare}, {@code demo.keys}, {@code demo.seconds},
     * {@code hub.plugins} and {@code http} (empty for a free port).
     *
     * @throws IllegalArgumentException when one of them cannot be understood
     */
    static Options of(Properties properties) {
        Optional<Endpoint> pika =
                text(properties, "pika").map(address -> Endpoint.parse(address, text(properties, "pika.password")));
        Optional<Path> settings = text(properties, "redis.settings").map(Path::of);
        Optional<RedisTarget> redis = text(properties, "redis").isPresent() || settings.isPresent()
                ? Optional.of(RedisTarget.of(text(properties, "redis"), text(properties, "redis.password"), settings))
                : Optional.empty();
        return new Options(
                pika,
                redis,
                text(properties, "directory")
                        .map(Path::of)
                        .orElseGet(() -> usualDirectory(pika))
                        .toAbsolutePath(),
                Boolean.parseBoolean(properties.getProperty("compare", "false")),
                Integer.parseInt(text(properties, "demo.keys").orElse("50000")),
                Duration.ofSeconds(
                        Integer.parseInt(text(properties, "demo.seconds").orElse("15"))),
                Path.of(text(properties, "hub.plugins")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "hub.plugins is not set: it is the folder of the plugin"))),
                PageAddress.parse(text(properties, "http").orElse("0")));
    }

    /** The files of a migration must outlive a clean build; those of a demo are not needed again. */
    private static Path usualDirectory(Optional<Endpoint> pika) {
        return pika.map(address -> Path.of(
                        System.getProperty("user.home"), ".kafka-connect-pika", address.host() + "_" + address.port()))
                .orElse(Path.of("target", "demo"));
    }

    private static Optional<String> text(Properties properties, String name) {
        return Optional.ofNullable(properties.getProperty(name)).filter(text -> !text.isBlank());
    }
}
