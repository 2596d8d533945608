package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.sink.RestorePayload.Form;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Values by which a claim tries which forms of {@link RestorePayload} the server takes. */
final class RestoreSamples {

    private static final String LONGEST = "x".repeat(Listpack.LONGEST);

    private static final List<byte[]> ALL =
            Arrays.stream(Form.values()).flatMap(form -> sample(form).stream()).toList();

    private RestoreSamples() {}

    /** For open.lua, for each form: the payload, and the words of the command that makes the same value. */
    static List<byte[]> all() {
        return ALL;
    }

    /** @param reply of open.lua: for each form 1 if the server takes it; empty if it takes none */
    static Set<Form> taken(String reply) {
        Set<Form> taken = EnumSet.noneOf(Form.class);
        for (int i = 0; i < reply.length(); i++) {
            if (reply.charAt(i) == '1') {
                taken.add(Form.values()[i]);
            }
        }
        return taken;
    }

    private static Command command(Form form) {
        return switch (form) {
            case HASH -> Command.of("HSET", "-", "", "0", "-", LONGEST, "field", Long.MIN_VALUE);
            case SORTED_SET -> Command.of("ZADD", "-", "-7", "", "1.5", "member", "1.5", LONGEST);
            case LIST -> Command.of("RPUSH", "-", "127", "128", "-4097", "a", "", LONGEST, "8388608");
            case NUMBERS -> Command.of("SADD", "-", "-5", "1", "300", "70000");
            case SET -> Command.of("SADD", "-", "", "-5", "300", LONGEST);
        };
    }

    private static List<byte[]> sample(Form form) {
        Command command = command(form);
        RestorePayload payload = new RestorePayload(Set.of(form));
        if (!payload.encode(Resp.view(Resp.encode(List.of(command))).get(0))) {
            throw new IllegalStateException("no payload for a sample: " + command);
        }
        String words =
                String.join(" ", command.args().stream().map(ScriptValues::text).toList());
        return List.of(Arrays.copyOf(payload.bytes(), payload.size()), Resp.bytes(words));
    }
}
