package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Reply;
import java.util.function.Function;

/** One client of a {@link FakePika}, with the db it selected. On the master's event loop only. */
final class FakeClient implements Function<Command, Reply> {

    private final FakeData data;
    private String db = "db0";

    FakeClient(FakeData data) {
        this.data = data;
    }

    @Override
    public Reply apply(Command command) {
        if (command.name().equals("select")) {
            String wanted = "db" + command.text(command.size() - 1);
            if (!data.databases().contains(wanted)) {
                return Reply.error("invalid DB index for '" + wanted + "'");
            }
            db = wanted;
            return Reply.OK;
        }
        return data.execute(db, command);
    }
}
