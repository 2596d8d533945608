package io.pikaconnect.demo;

import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What every stand-in for a Pika master has: its ports, its replicas, and what was seen of them.
 *
 * <p>It listens on 127.0.0.1 at {@link #port()}, + 2000 and + 10001. All methods may be called from any thread.
 */
public abstract sealed class StandInMaster implements AutoCloseable permits FakePika, RecordedMaster {

    abstract MasterServer server();

    /** Starts again after {@link #stop}, on the same ports: sessions count from 0, and the dump is forgotten. */
    public final void start() throws IOException {
        server().start();
    }

    /** Stops listening and closes every connection; data and log stay. */
    public final void stop() {
        server().stop();
    }

    /** The client port. */
    public final int port() {
        return server().port();
    }

    public final MasterSetup setup() {
        return server().setup();
    }

    /** End of db0's log. */
    public abstract BinlogPosition end();

    /** Sets this master's clock to the machine's plus the offset. */
    public final void clockOffset(Duration offset) {
        server().clockOffset(offset);
    }

    /** End of the last range acknowledged, whichever replica and db it was for. */
    public final Optional<BinlogPosition> lastAcknowledged() {
        return server().seen().lastAcknowledged();
    }

    /** Sessions attached now. */
    public final int sessions() {
        return server().sessions();
    }

    public final int dumpsMade() {
        return server().dumpsMade();
    }

    /** What a real master does not survive, or closes the connection for. */
    public final List<String> offences() {
        return server().seen().offences();
    }

    @Override
    public abstract void close();
}
