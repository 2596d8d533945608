package io.pikaconnect.tool;

import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;

/** What is looked at before anything is started: both servers, as the connectors' own validation does, and the port. */
final class Preflight {

    private Preflight() {}

    /** No connector has this name: of one that has run in this process a Pika that is down would be accepted. */
    private static final String CHECK = "pika2redis-preflight";

    /**
     * Validates the source, which asks Pika.
     *
     * @param settings with passwords, not references to them
     * @throws Failed with everything that is wrong
     */
    static void checkPika(Map<String, String> settings) {
        refuse("Pika " + settings.get("pika.address"), new PikaSourceConnector().validate(named(settings, CHECK)));
    }

    /** Validates the sink in the same way, which asks Redis. */
    static void checkRedis(Map<String, String> settings) {
        String where = settings.containsKey("redis.address")
                ? settings.get("redis.address")
                : settings.getOrDefault("redis.sentinel.master", "");
        refuse("Redis " + where, new RedisSinkConnector().validate(named(settings, Pipeline.SINK)));
    }

    private static Map<String, String> named(Map<String, String> settings, String name) {
        Map<String, String> named = new TreeMap<>(settings);
        named.put("name", name);
        return named;
    }

    private static void refuse(String what, Config config) {
        String problems = config.configValues().stream()
                .flatMap(value ->
                        value.errorMessages().stream().map(error -> value.name() + ": " + remedy(value.name(), error)))
                .distinct()
                .collect(Collectors.joining("; "));
        if (!problems.isEmpty()) {
            throw new Failed(what + " cannot be used, and nothing was started. " + problems);
        }
    }

    /** A connector's words tell what to set; here that is an option, and nothing is deployed unless it can work. */
    private static String remedy(String setting, String error) {
        String here = error.replaceFirst(
                " To have the configuration accepted nevertheless, set validate.connect=false.*", "");
        return switch (setting) {
            case "redis.password" -> here + " (--redis-password-file, --redis-password, or " + Passwords.REDIS + ")";
            case "pika.password" -> here + " (--pika-password-file, --pika-password, or " + Passwords.PIKA + ")";
            default -> here;
        };
    }

    /** @throws Failed if something listens there */
    static void checkPort(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        } catch (IOException e) {
            throw new Failed("port " + port + " of 127.0.0.1 is taken (" + e.getMessage() + "), where the worker's REST"
                    + " interface has to be: end what listens there, or give another with --rest-port");
        }
    }
}
