package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.OneLine;
import io.pikaconnect.metrics.DiscardCounts;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once per key, for some hundred keys, that commands of its other type are discarded; counts all of them.
 * Thread-safe.
 */
final class TypeCollisions {

    private static final Logger LOG = LoggerFactory.getLogger(TypeCollisions.class);

    /** How many keys are logged. */
    static final int NAMED = 300;

    private final DiscardCounts discards;
    private final Consumer<String> log;
    private final Set<ByteBuffer> named = ConcurrentHashMap.newKeySet();

    TypeCollisions(DiscardCounts discards) {
        this(discards, LOG::warn);
    }

    TypeCollisions(DiscardCounts discards, Consumer<String> log) {
        this.discards = discards;
        this.log = log;
    }

    void met(SinkRecord record, Command command, LedgerReply.Discarded what) {
        discards.count("wrong.type", () -> command + " (" + ChangeRecord.describe(record) + ")");
        if (what.reason()
                        == LedgerReply.Reason
                                .WRONG_TYPE_READ // as Pika reads it, unless the key had that type there, too
                || named.size() >= NAMED
                || !named.add(key(record, command))) {
            return;
        }
        log.accept(OneLine.of("A key had several types in Pika; "
                + (what.reason() == LedgerReply.Reason.WRONG_TYPE_OVERWRITTEN
                        ? "the older one was deleted"
                        : "the first one stays, discarded")
                + " for " + command + " (" + ChangeRecord.describe(record) + "). Logged once a key"
                + (named.size() == NAMED ? ", and for no more keys; the metric discards counts all" : "")));
    }

    private static ByteBuffer key(SinkRecord record, Command command) {
        byte[] key = record.key() instanceof byte[] k ? k : command.args().get(command.size() > 1 ? 1 : 0);
        return ByteBuffer.wrap(key);
    }
}
