package io.pikaconnect.settings;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * What characters a setting may have. Settings come over the network as JSON, which allows line ends, and get into file
 * names, the configuration of other programs and log lines: none may start a new line there.
 */
public final class SettingText {

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._:%\\[\\]-]*");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{0,240}");

    private SettingText() {}

    /** One line, without control characters; a password is not shown. */
    public static ConfigDef.Validator oneLine() {
        return LambdaValidator.with(
                (name, value) -> {
                    boolean secret = value instanceof Password;
                    String text = secret ? ((Password) value).value() : String.valueOf(value);
                    if (text.chars().anyMatch(Character::isISOControl)) {
                        throw new ConfigException(
                                name,
                                secret ? Password.HIDDEN : shown(text),
                                "has a line end or another control character");
                    }
                },
                () -> "");
    }

    /** The same, and not empty. */
    public static ConfigDef.Validator oneLineNotEmpty() {
        return ConfigDef.CompositeValidator.of(new ConfigDef.NonEmptyString(), oneLine());
    }

    /** Host names, IP addresses and ports, or none. */
    public static ConfigDef.Validator address() {
        return matching(ADDRESS, "is not a host name, IP address or host:port");
    }

    /** The first part of topic names. */
    public static ConfigDef.Validator topicPrefix() {
        return ConfigDef.CompositeValidator.of(
                new ConfigDef.NonEmptyString(),
                matching(
                        TOPIC,
                        "is not part of a valid topic name: it may have letters, digits, '.', '_' and '-', at most"
                                + " 240"));
    }

    private static ConfigDef.Validator matching(Pattern allowed, String otherwise) {
        return LambdaValidator.with(
                (name, value) -> {
                    List<?> texts = value instanceof List<?> all ? all : value == null ? List.of() : List.of(value);
                    for (Object text : texts) {
                        if (!allowed.matcher(text.toString()).matches()) {
                            throw new ConfigException(name, shown(text.toString()), otherwise);
                        }
                    }
                },
                () -> "");
    }

    private static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
