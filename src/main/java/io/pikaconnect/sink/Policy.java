package io.pikaconnect.sink;

import io.pikaconnect.settings.Word;

/** Settings of the sink that are one of a few words; {@link RedisSinkConfig} describes each word. */
interface Policy extends Word {

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
}
