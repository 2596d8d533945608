package io.pikaconnect.demo.pika;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Every command that works on one db, with its arity and the way it is logged (binlog-commands 3). */
final class CommandTable {

    interface Handler {

        /**
         * @throws Failed when the answer is an error
         */
        Reply run(Call call);
    }

    /** How a command that did not fail is logged. */
    enum Logging {
        /** Not at all. */
        READ,
        /** As the client sent it. */
        RAW,
        /** Its handler, in another form or as it is. */
        OWN
    }

    /** @param arity number of arguments, the name included; at least this many if negative */
    record Row(int arity, Logging logging, Handler handler) {

        boolean fits(int size) {
            return arity >= 0 ? size == arity : size >= -arity;
        }
    }

    private final Map<String, Row> rows = new HashMap<>();

    CommandTable() {
        StringCommands.addTo(this);
        BitCommands.addTo(this);
        KeyCommands.addTo(this);
        ScanCommands.addTo(this);
        HashCommands.addTo(this);
        ListCommands.addTo(this);
        SetCommands.addTo(this);
        SortedSetCommands.addTo(this);
        SortedSetStores.addTo(this);
    }

    void read(String name, int arity, Handler handler) {
        rows.put(name, new Row(arity, Logging.READ, handler));
    }

    void raw(String name, int arity, Handler handler) {
        rows.put(name, new Row(arity, Logging.RAW, handler));
    }

    void own(String name, int arity, Handler handler) {
        rows.put(name, new Row(arity, Logging.OWN, handler));
    }

    /** @param name in lower case */
    Optional<Row> row(String name) {
        return Optional.ofNullable(rows.get(name));
    }
}
