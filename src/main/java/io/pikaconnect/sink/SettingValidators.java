package io.pikaconnect.sink;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** What the sink's settings may hold, where a range or a choice does not say it. */
final class SettingValidators {

    /** A name, an IPv4 address, or an IPv6 address with or without brackets. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[?[A-Fa-f0-9:.%]*:[A-Za-z0-9:.%]*\\]?");

    private static final int LARGEST_PORT = 65_535;

    private SettingValidators() {}

    /** One or several with commas between them, or nothing. */
    static Validator addressesInText() {
        return check(
                "host:port, for example 10.0.0.6:6379",
                text -> text.isEmpty()
                        || Stream.of(text.split(",", -1)).map(String::strip).allMatch(SettingValidators::isAddress));
    }

    /** A list. */
    static Validator addresses() {
        return LambdaValidator.with(
                (name, value) -> ((List<?>) value).forEach(one -> {
                    if (!isAddress(one.toString())) {
                        throw new ConfigException(
                                name, one, "must be host:port, for example 10.0.0.6:26379,10.0.0.7:26379");
                    }
                }),
                () -> "host:port,…");
    }

    static Validator database() {
        return check(
                "a number, or source", text -> text.equals(RedisSinkConfig.FROM_TOPIC) || text.matches("\\d{1,6}"));
    }

    static Validator keyPatterns() {
        return list("glob or regex:…,…", texts -> Selection.of(texts, List.of(), List.of()));
    }

    static Validator types() {
        return list(String.join(", ", Selection.TYPES), texts -> Selection.of(List.of(), List.of(), texts));
    }

    static Validator keyMapping() {
        return list("FROM=TO,…", KeyMapping::of);
    }

    /** @param check throws IllegalArgumentException with the reason */
    private static Validator list(String expected, Consumer<List<String>> check) {
        return LambdaValidator.with(
                (name, value) -> {
                    try {
                        check.accept(
                                ((List<?>) value).stream().map(Object::toString).toList());
                    } catch (IllegalArgumentException e) {
                        throw new ConfigException(name, value, e.getMessage());
                    }
                },
                () -> expected);
    }

    private static boolean isAddress(String text) {
        Matcher m = RedisSinkConfig.HOST_AND_PORT.matcher(text);
        if (!m.matches()) {
            return false;
        }
        int port = Integer.parseInt(m.group(2));
        return HOST.matcher(m.group(1)).matches() && port >= 1 && port <= LARGEST_PORT;
    }

    private static Validator check(String expected, Predicate<String> right) {
        return LambdaValidator.with(
                (name, value) -> {
                    if (value != null && !right.test(value.toString())) {
                        throw new ConfigException(name, value, "must be " + expected);
                    }
                },
                () -> expected);
    }
}
