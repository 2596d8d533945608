package io.pikaconnect.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A recording's dump, which takes a while to be made. */
final class RecordedDump implements ServedDump {

    private static final int NEW_DUMP_BEYOND = 50;

    private final Recording recording;
    private final Duration takes;
    private boolean requested;
    private long readyAt;
    private int made;

    RecordedDump(Recording recording, Duration takes) {
        this.recording = recording;
        this.takes = takes;
    }

    @Override
    public void request(long filenum) {
        boolean recent = requested && filenum - recording.position().filenum() <= NEW_DUMP_BEYOND;
        if (!recent && isReady()) {
            requested = true;
            made++;
            readyAt = System.nanoTime() + takes.toNanos();
        }
    }

    @Override
    public boolean exists() {
        return requested && isReady();
    }

    @Override
    public boolean isReady() {
        return !requested || System.nanoTime() - readyAt >= 0;
    }

    @Override
    public int made() {
        return made;
    }

    @Override
    public List<String> fileNames() throws IOException {
        return recording.fileNames();
    }

    @Override
    public Path path(String name) {
        return recording.dump().resolve(name);
    }
}
