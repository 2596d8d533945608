package io.pikaconnect.endtoend;

import io.pikaconnect.tool.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The one Kafka of all end-to-end tests; it ends with this JVM. Tests keep apart by their topics' and groups' names. */
final class SharedKafka {

    private SharedKafka() {}

    static EmbeddedKafka kafka() {
        return Holder.KAFKA;
    }

    private static final class Holder {

        static final EmbeddedKafka KAFKA = start();

        private static EmbeddedKafka start() {
            try {
                EmbeddedKafka kafka = EmbeddedKafka.start(Workplace.folder("kafka"));
                Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
                return kafka;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
