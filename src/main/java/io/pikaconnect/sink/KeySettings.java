package io.pikaconnect.sink;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import io.pikaconnect.settings.Layout;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The settings that decide which keys are applied, and their names in Redis. */
final class KeySettings {

    static final String KEYS_INCLUDE = "keys.include";
    static final String KEYS_EXCLUDE = "keys.exclude";
    static final String TYPES_INCLUDE = "types.include";
    static final String KEY_PREFIX_REPLACE = "key.prefix.replace";

    static final List<String> SETTINGS = List.of(KEYS_INCLUDE, KEYS_EXCLUDE, TYPES_INCLUDE, KEY_PREFIX_REPLACE);

    private KeySettings() {}

    static ConfigDef define(ConfigDef table) {
        return table.define(
                        KEYS_INCLUDE,
                        Type.LIST,
                        "",
                        SettingValidators.keyPatterns(),
                        MEDIUM,
                        "The keys to apply, of those in the topic, by their names in Pika: globs as Redis has them, such as"
                                + " user:*,session:?[0-9]*, or regular expressions for the whole name, such as"
                                + " regex:order:\\d+; a comma separates two, so none can have one. Empty: all. What is left"
                                + " out is counted (metric filtered). The selection belongs to a db from its first"
                                + " record on: with another one the task stops, and continues once the db is emptied, which"
                                + " is then filled from the topic. A command over several keys of which some are left out"
                                + " is reduced to the others where what it does to these does not depend on it, and stops"
                                + " the task where it does; so does a PKPATTERNMATCHDEL that deletes a limited number of"
                                + " keys.")
                .define(
                        KEYS_EXCLUDE,
                        Type.LIST,
                        "",
                        SettingValidators.keyPatterns(),
                        MEDIUM,
                        "Keys to leave out, in the same form and under the same rules, whether they are in"
                                + " keys.include or not.")
                .define(
                        TYPES_INCLUDE,
                        Type.LIST,
                        "",
                        SettingValidators.types(),
                        MEDIUM,
                        "The types of keys to apply, of " + String.join(", ", Selection.TYPES)
                                + ", under the same rules. Empty: all. HyperLogLogs and bitmaps are strings,"
                                + " geographical indexes are of type zset.")
                .define(
                        KEY_PREFIX_REPLACE,
                        Type.LIST,
                        "",
                        SettingValidators.keyMapping(),
                        LOW,
                        "Other beginnings for the names of keys in Redis, as FROM=TO, such as old:=new:,tmp:=scratch:. Of"
                                + " several FROMs that a name begins with the longest one counts; an empty one (=app:) is"
                                + " for all keys. No TO may begin with another one, and a key that no FROM fits but that"
                                + " begins with a TO stops the task, unless keys.exclude leaves it out: two keys would get"
                                + " one name. In a cluster a key must stay in its partition: the topic has one partition,"
                                + " or the keys hash tags that stay. As keys.include, it belongs to a db from its first"
                                + " record on.");
    }

    static Layout show(Layout layout) {
        return layout.group("Which keys")
                .show(KEYS_INCLUDE, "Names of keys to apply", Width.LONG)
                .show(KEYS_EXCLUDE, "Names of keys to leave out", Width.LONG)
                .show(TYPES_INCLUDE, "Types of keys to apply", Width.MEDIUM)
                .show(KEY_PREFIX_REPLACE, "Other beginnings of names in Redis", Width.LONG);
    }

    static Selection selection(RedisSinkConfig config) {
        return Selection.of(config.getList(KEYS_INCLUDE), config.getList(KEYS_EXCLUDE), config.getList(TYPES_INCLUDE));
    }

    static KeyMapping mapping(RedisSinkConfig config) {
        return KeyMapping.of(config.getList(KEY_PREFIX_REPLACE));
    }

    /** As the ledger has them: what differs gives a db other keys; {@code -} for every key under its own name. */
    static String text(RedisSinkConfig config) {
        Selection selection =
                Selection.of(sorted(config, KEYS_INCLUDE), sorted(config, KEYS_EXCLUDE), config.getList(TYPES_INCLUDE));
        KeyMapping mapping = KeyMapping.of(sorted(config, KEY_PREFIX_REPLACE));
        return selection.isAll() && mapping.isNone() ? ScriptValues.NONE : selection + "|" + mapping;
    }

    /** In one order, as theirs changes nothing. */
    private static List<String> sorted(RedisSinkConfig config, String setting) {
        return config.getList(setting).stream().distinct().sorted().toList();
    }

    /** That text for people. */
    static String described(String text) {
        if (text.equals(ScriptValues.NONE)) {
            return "every key under its own name";
        }
        String[] lists = text.split("\\|", SETTINGS.size());
        return IntStream.range(0, lists.length)
                .filter(i -> !lists[i].isEmpty())
                .mapToObj(i -> SETTINGS.get(i) + "="
                        + (i < SETTINGS.size() - 1 ? URLDecoder.decode(lists[i], StandardCharsets.UTF_8) : lists[i]))
                .collect(Collectors.joining(", "));
    }
}
