package io.pikaconnect.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** A folder with what a real master sent. */
record Recording(Path folder) {

    private static final String VARIABLE = "PIKA_RECORDINGS";

    /** The recording of one version; without recordings the test is skipped. */
    static Recording of(String version) {
        String recordings = System.getenv(VARIABLE);
        assumeTrue(recordings != null, "no recordings of real masters: the environment has no " + VARIABLE);
        return new Recording(Path.of(recordings, version));
    }

    Path expectedAfterFullSync() {
        return folder.resolve("expected-after-full-sync.jsonl");
    }

    Path expectedAfterBinlog() {
        return folder.resolve("expected-after-binlog.jsonl");
    }
}
