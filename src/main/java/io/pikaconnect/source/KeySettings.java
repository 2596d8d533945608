package io.pikaconnect.source;

import static io.pikaconnect.source.PikaSourceConfig.KEYS_EXCLUDE;
import static io.pikaconnect.source.PikaSourceConfig.KEYS_INCLUDE;
import static io.pikaconnect.source.PikaSourceConfig.ON_LARGE_KEY;
import static io.pikaconnect.source.PikaSourceConfig.TYPES_INCLUDE;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.pikaconnect.change.Selection;
import io.pikaconnect.settings.Word;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The settings that decide which keys are replicated. */
final class KeySettings {

    private KeySettings() {}

    static ConfigDef addedTo(ConfigDef table) {
        return table.define(
                        KEYS_INCLUDE,
                        Type.LIST,
                        "",
                        SettingValidators.keyPatterns(),
                        MEDIUM,
                        "The keys to replicate, by name: globs as Redis has them, such as user:*,session:?[0-9]*, or"
                                + " regular expressions for the whole name, such as regex:order:\\d+; a comma separates"
                                + " two, so none can have one. Empty: all. The selection is fixed for an epoch: with"
                                + " another one the task stops, since the target would lack what the keys had before."
                                + " A command over several keys of which some are left out is reduced to the others"
                                + " where what it does to these does not depend on it, and stops the task where it"
                                + " does; so does a PKPATTERNMATCHDEL that deletes a limited number of keys.")
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
                        "The types of keys to replicate, of " + String.join(", ", Selection.TYPES)
                                + ", under the same rules. Empty: all. HyperLogLogs and bitmaps are strings,"
                                + " geographical indexes are of type zset.")
                .define(
                        ON_LARGE_KEY,
                        Type.STRING,
                        "fail",
                        Word.choice(Policy.OnLargeKey.class),
                        LOW,
                        "What to do with a key whose name is so long that no record has room for it: nearly half of"
                                + " record.max.bytes. fail: stop before it. skip: leave the key out, in the dump and in"
                                + " the binlog, and count it. A command over several keys is reduced to the others"
                                + " where what it does to these does not depend on it, and stops the task where it"
                                + " does; so does a PKPATTERNMATCHDEL that deletes a limited number of keys.");
    }
}
