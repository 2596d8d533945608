package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Reply;
import java.util.List;
import java.util.function.Function;

/** What the ports of a stand-in master serve. On the master's event loop only. */
interface ServedData {

    /** The databases that really exist. */
    List<String> databases();

    ServedLog log(String db);

    /** A db's dump after a start of the master: none has been made. */
    ServedDump newDump(String db);

    /** What answers the commands of one more connection to the client port. */
    Function<Command, Reply> newClient();
}
