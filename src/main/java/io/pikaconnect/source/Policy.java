package io.pikaconnect.source;

import io.pikaconnect.settings.Word;

/** Settings of the source that are one of a few words; {@link SourceSettings} documents what each word means. */
interface Policy extends Word {

    /** {@code record.format} */
    enum RecordFormat implements Policy {
        RAW,
        STRUCT
    }

    /** {@code on.replica} */
    enum OnReplica implements Policy {
        WARN,
        FAIL
    }

    /** {@code on.type.collision} */
    enum OnTypeCollision implements Policy {
        FIRST,
        FAIL
    }

    /** {@code on.spop} */
    enum OnSpop implements Policy {
        EMULATE,
        FAIL
    }

    /** {@code on.hyperloglog} */
    enum OnHyperLogLog implements Policy {
        OPAQUE,
        FAIL
    }

    /** {@code on.repeated.member} */
    enum OnRepeatedMember implements Policy {
        FAIL,
        FIRST
    }

    /** {@code on.large.key} */
    enum OnLargeKey implements Policy {
        FAIL,
        SKIP
    }

    /** {@code on.unknown.command} */
    enum OnUnknownCommand implements Policy {
        FAIL,
        SKIP
    }
}
