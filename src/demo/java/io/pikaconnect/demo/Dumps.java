package io.pikaconnect.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** The dump a master has, or is making. On the master's event loop only. */
final class Dumps {

    private static final int NEW_DUMP_BEYOND = 50;

    private final Recording recording;
    private final Duration takes;
    private boolean requested;
    private long readyAt;
    private int made;

    Dumps(Recording recording, Duration takes) {
        this.recording = recording;
        this.takes = takes;
    }

    /** DBSync came: makes a dump, unless there is one that is recent enough. */
    void request(long filenum) {
        boolean recent = requested && filenum - recording.position().filenum() <= NEW_DUMP_BEYOND;
        if (!recent && isReady()) {
            requested = true;
            made++;
            readyAt = System.nanoTime() + takes.toNanos();
        }
    }

    boolean exists() {
        return requested && isReady();
    }

    boolean isReady() {
        return !requested || System.nanoTime() - readyAt >= 0;
    }

    /** How often one was made. */
    int made() {
        return made;
    }

    String uuid() throws IOException {
        try {
            byte[] info = Files.readAllBytes(path("info"));
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(info));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> fileNames() throws IOException {
        return recording.fileNames();
    }

    Path path(String name) {
        return recording.dump().resolve(name);
    }
}
