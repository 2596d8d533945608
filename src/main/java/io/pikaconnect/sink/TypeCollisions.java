package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Tally;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once for a key that commands of its other type are discarded. Safe for use by several threads. */
final class TypeCollisions {

    private static final Logger LOG = LoggerFactory.getLogger(TypeCollisions.class);
    private static final int REMEMBERED = 10_000;

    private final Tally tally;

    /** The keys said last; one that fell out may be said again. */
    private final Set<String> said = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    TypeCollisions(Tally tally) {
        this.tally = tally;
    }

    void met(SinkRecord record, Command command, Ledger.Discarded what) {
        tally.count("wrong.type", command + " (" + Incoming.where(record) + ")");
        if (what.how().endsWith("read")) { // as Pika reads it, unless the name had that type there, too
            return;
        }
        String key = record.key() instanceof byte[] k ? Escaped.text(k) : command.size() > 1 ? command.text(1) : "";
        if (said.add(key)) {
            LOG.warn(
                    "Key {} had several types in Pika; {} for {} ({}). Said once a key",
                    Escaped.text(Resp.bytes(key)),
                    what.how().endsWith("overwrite") ? "the older one was deleted" : "the first one stays, discarded",
                    command,
                    Incoming.where(record));
        }
    }
}
