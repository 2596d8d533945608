package io.pikaconnect.demo.migration;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.util.Optional;

/** A stand-in for a Pika, with data, and with clients that write until they are stopped. */
final class StandIn implements AutoCloseable {

    private final FakePika pika;
    private final Endpoint endpoint;
    private final Writers writers;

    private StandIn(FakePika pika, Endpoint endpoint, Writers writers) {
        this.pika = pika;
        this.endpoint = endpoint;
        this.writers = writers;
    }

    /** Starts one with this many keys. */
    static StandIn start(int keys) throws IOException {
        FakePika pika = FakePika.start(MasterSetup.REAL);
        Endpoint endpoint = new Endpoint("127.0.0.1", pika.port(), Optional.empty());
        new StartingData().write(endpoint, keys);
        return new StandIn(pika, endpoint, new Writers(endpoint, keys));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The answer is how many commands they have written. */
    long stopWriting() {
        writers.close();
        return writers.commands();
    }

    @Override
    public void close() {
        writers.close();
        pika.close();
    }
}
