package io.pikaconnect.source;

import static io.pikaconnect.source.PikaSourceConfig.ALL;
import static io.pikaconnect.source.PikaSourceConfig.DATABASE;

import io.pikaconnect.binlog.RenamedCommands;
import io.pikaconnect.change.Selection;
import io.pikaconnect.fullsync.FullSyncOptions;
import io.pikaconnect.settings.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** What the source's settings may hold, where a range or a choice does not say it. */
final class SettingValidators {

    private SettingValidators() {}

    static Validator address() {
        return check((key, value) -> HostPort.whole(key, value.toString()));
    }

    static Validator addresses() {
        return check((key, value) -> ((List<?>) value).forEach(address -> HostPort.whole(key, address.toString())));
    }

    /** A host, a port, or both. */
    static Validator partOfAddress() {
        return check((key, value) -> HostPort.part(key, value.toString()));
    }

    static Validator port() {
        return check((key, value) -> {
            int port = (Integer) value;
            if (port != -1 && (port < 1 || port > 65_535)) {
                throw new ConfigException(key, value, "expected a port from 1 to 65535, or -1");
            }
        });
    }

    static Validator databases() {
        return check((key, value) -> {
            List<?> names = (List<?>) value;
            boolean each = !names.isEmpty()
                    && names.stream()
                            .allMatch(name -> DATABASE.matcher(name.toString()).matches())
                    && names.stream().distinct().count() == names.size();
            if (!each && !names.equals(List.of(ALL))) {
                throw new ConfigException(
                        key, value, "expected names of dbs, each once, such as db0,db2; or * for all");
            }
        });
    }

    static Validator version() {
        return check((key, value) -> {
            try {
                PikaSourceConfig.version(value.toString());
            } catch (IllegalArgumentException e) {
                throw new ConfigException(key, value, e.getMessage());
            }
        });
    }

    static Validator renamedCommands() {
        return check((key, value) -> {
            try {
                RenamedCommands.of(
                        ((List<?>) value).stream().map(Object::toString).toList(), false);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(key, value, e.getMessage());
            }
        });
    }

    static Validator keyPatterns() {
        return check((key, value) -> selection(key, value, texts(value), List.of()));
    }

    static Validator types() {
        return check((key, value) -> selection(key, value, List.of(), texts(value)));
    }

    private static List<String> texts(Object value) {
        return ((List<?>) value).stream().map(Object::toString).toList();
    }

    private static void selection(String key, Object value, List<String> patterns, List<String> types) {
        try {
            Selection.of(patterns, List.of(), types);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, value, e.getMessage());
        }
    }

    static Validator rate() {
        return check((key, value) -> {
            long rate = (Long) value;
            if (rate != FullSyncOptions.UNLIMITED && rate < FullSyncOptions.LEAST) {
                throw new ConfigException(key, value, "expected 0 for no limit, or at least " + FullSyncOptions.LEAST);
            }
        });
    }

    /** A required setting that is missing has no value; Connect names it. */
    private static Validator check(BiConsumer<String, Object> check) {
        return LambdaValidator.with(
                (key, value) -> Optional.ofNullable(value).ifPresent(given -> check.accept(key, given)), () -> "");
    }
}
