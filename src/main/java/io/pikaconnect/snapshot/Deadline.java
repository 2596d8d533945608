package io.pikaconnect.snapshot;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;

/**
 * The command that gives a key its deadline: {@code PEXPIREAT key ms}, at the right edge of Pika's second, through which
 * the key lives; 0 for a negative expiry, which is over at once.
 */
final class Deadline {

    private static final byte[] NAME = Resp.bytes("PEXPIREAT");

    private Deadline() {}

    static Command of(byte[] key, Meta meta) {
        long ms = meta.expiry() < 0 ? 0 : meta.expiry() * 1_000L + 999;
        return new Command(List.of(NAME, key, Resp.bytes(Long.toString(ms))));
    }
}
