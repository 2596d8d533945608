package io.pikaconnect.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** The Lua scripts that Redis runs for the sink; each is what all have in common and a file of its own. */
enum Script {
    OPEN,
    APPLY,
    BARRIER,
    STATUS,
    SWEEP,
    REBUILD,
    WRITER,
    PROBE;

    private final byte[] text;
    private final byte[] sha;

    Script() {
        text = Stream.of(
                        "prelude",
                        "operations",
                        "several-keys",
                        "conflicts",
                        "rehearsal",
                        name().toLowerCase(Locale.ROOT))
                .map(Script::read)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        try {
            sha = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs it; all of our scripts answer a list of strings. */
    @SuppressWarnings("unchecked")
    List<byte[]> run(Jedis jedis, List<byte[]> keys, List<byte[]> args) {
        try {
            return (List<byte[]>) jedis.evalsha(sha, keys, args);
        } catch (JedisNoScriptException e) {
            jedis.scriptLoad(text);
            return (List<byte[]>) jedis.evalsha(sha, keys, args);
        }
    }

    private static String read(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
