package io.pikaconnect.sink;

import io.pikaconnect.change.Writer;

/** A record that names its writer, which is compared with the ledger's before anything after it is applied. */
record WriterCheck(ChangeRecord record, long sinceNanos) implements Work {

    Writer writer() {
        return record.writer().orElseThrow();
    }

    long epoch() {
        return record.header().epoch();
    }

    @Override
    public long bytes() {
        return 0; // the record itself is held by what comes after
    }
}
