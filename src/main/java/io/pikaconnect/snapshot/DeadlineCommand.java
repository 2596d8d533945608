package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;

/** The command that gives a key its deadline: {@code PEXPIREAT key ms}. */
final class DeadlineCommand {

    private static final byte[] NAME = Resp.bytes("PEXPIREAT");

    private DeadlineCommand() {}

    static Command of(byte[] key, Meta meta) {
        return new Command(List.of(NAME, key, Resp.bytes(Long.toString(meta.deadline()))));
    }
}
