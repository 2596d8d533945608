package io.pikaconnect.demo.bench;

import io.pikaconnect.tool.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param keys of the dump; more than one number: all of it once for each
 * @param items of the binlog
 * @param pika a real one that is migrated instead of a stand-in
 * @param fill whether the real one, which has to be empty, is filled with the keys first
 * @param baseline the command of another migration
 * @param repeat how many migrations of each kind
 * @param waits how many elements collections have while the longest waits of another client are measured; if there are any,
 *     nothing else is measured
 * @param operations the names of the operations whose waits are measured
 * @param plugins folder with the plugin's folder
 */
record BenchOptions(
        List<Integer> keys,
        int items,
        boolean exactlyOnce,
        Optional<Endpoint> pika,
        boolean fill,
        Optional<String> baseline,
        int repeat,
        List<Integer> waits,
        Pattern operations,
        Path plugins) {

    /**
     * Reads {@code bench.keys} (500000; several with commas), {@code bench.items} (300000), {@code bench.eos} (true),
     * {@code bench.pika}, {@code bench.fill} (false), {@code bench.baseline}, {@code bench.repeat} (1),
     * {@code bench.waits} (none; several with commas), {@code bench.operations} (a pattern, all) and {@code hub.plugins}.
     *
     * @throws IllegalArgumentException when they cannot be understood, or do not go together
     */
    static BenchOptions of(Properties properties) {
        BenchOptions options = new BenchOptions(
                positives("bench.keys", text(properties, "bench.keys").orElse("500000")),
                positive("bench.items", text(properties, "bench.items").orElse("300000")),
                Boolean.parseBoolean(text(properties, "bench.eos").orElse("true")),
                text(properties, "bench.pika").map(address -> Endpoint.parse(address, Optional.empty())),
                Boolean.parseBoolean(text(properties, "bench.fill").orElse("false")),
                text(properties, "bench.baseline"),
                positive("bench.repeat", text(properties, "bench.repeat").orElse("1")),
                text(properties, "bench.waits")
                        .map(numbers -> positives("bench.waits", numbers))
                        .orElse(List.of()),
                Pattern.compile(text(properties, "bench.operations").orElse(".*")),
                Path.of(text(properties, "hub.plugins")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "hub.plugins is not set: it is the folder of the plugin"))));
        if (options.pika().isEmpty() && (options.fill() || options.baseline().isPresent())) {
            throw new IllegalArgumentException((options.fill() ? "bench.fill" : "bench.baseline")
                    + " needs a real Pika: a stand-in only plays a recording to this connector."
                    + " Name one by -Dbench.pika=host:port");
        }
        if (options.fill() && options.keys().size() > 1) {
            throw new IllegalArgumentException("bench.fill fills a Pika once: bench.keys must be one number");
        }
        return options;
    }

    private static List<Integer> positives(String name, String numbers) {
        return Stream.of(numbers.split(","))
                .map(number -> positive(name, number))
                .toList();
    }

    private static int positive(String name, String text) {
        if (!text.trim().matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(
                    name + " is \"" + text + "\": expected a number from 1 to 999999999 without separators");
        }
        return Integer.parseInt(text.trim());
    }

    private static Optional<String> text(Properties properties, String name) {
        return Optional.ofNullable(properties.getProperty(name)).filter(text -> !text.isBlank());
    }
}
