package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Values by which a claim tries whether the server takes what {@link RestorePayload} makes. */
final class RestoreSamples {

    private static final String LONGEST = "x".repeat(Listpack.LONGEST);

    private static final List<byte[]> ALL = samples(
            Command.of("HSET", "-", "", "0", "-", LONGEST, "field", Long.MIN_VALUE),
            Command.of("RPUSH", "-", "127", "128", "-4097", "a", "", LONGEST, "8388608"),
            Command.of("ZADD", "-", "-7", "", "1.5", "member", "1.5", LONGEST));

    private RestoreSamples() {}

    /** For open.lua: of each the payload, and the words of the command that makes the same value. */
    static List<byte[]> all() {
        return ALL;
    }

    private static List<byte[]> samples(Command... commands) {
        RestorePayload payload = new RestorePayload();
        List<byte[]> all = new ArrayList<>();
        for (Command command : commands) {
            if (!payload.encode(Resp.view(Resp.encode(List.of(command))).get(0))) {
                throw new IllegalStateException("no payload for a sample: " + command);
            }
            all.add(Arrays.copyOf(payload.bytes(), payload.size()));
            all.add(Resp.bytes(String.join(
                    " ", command.args().stream().map(ScriptValues::text).toList())));
        }
        return List.copyOf(all);
    }
}
