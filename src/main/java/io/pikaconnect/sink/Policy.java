package io.pikaconnect.sink;

import io.pikaconnect.settings.Choice;
import java.util.Locale;
import java.util.stream.Stream;

/** Settings of the sink that are one of a few words; {@link RedisSinkConfig} says what each word means. */
interface Policy {

    /** {@code on.wrong.type} */
    enum OnWrongType implements Policy {
        SKIP,
        FAIL,
        OVERWRITE
    }

    /** {@code on.conflict} */
    enum OnConflict implements Policy {
        FAIL,
        SKIP,
        OVERWRITE
    }

    /** {@code on.target.not.empty} */
    enum OnTargetNotEmpty implements Policy {
        FAIL,
        CLEAR
    }

    /** {@code on.new.epoch} */
    enum OnNewEpoch implements Policy {
        FAIL,
        CLEAR
    }

    /** {@code rebuild} */
    enum Rebuild implements Policy {
        AUTO,
        NEVER
    }

    /** {@code expiry.mode} */
    enum ExpiryMode implements Policy {
        HELD,
        NATIVE
    }

    /** {@code on.long.absence} */
    enum OnLongAbsence implements Policy {
        FAIL,
        REBUILD,
        CONTINUE
    }

    String name();

    /** As the setting and the scripts write it. */
    default String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Choice words(Class<? extends Policy> policy) {
        return Choice.of(Stream.of(policy.getEnumConstants()).map(Policy::word).toArray(String[]::new));
    }

    static <P extends Policy> P of(Class<P> policy, String word) {
        return Stream.of(policy.getEnumConstants())
                .filter(p -> p.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
