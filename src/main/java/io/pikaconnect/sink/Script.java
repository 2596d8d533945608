package io.pikaconnect.sink;

import io.pikaconnect.redis.FlushableConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * The Lua scripts that Redis runs for the sink. Each is one chunk: the files that it needs, then a file with its name. A
 * file's first lines have what it defines and needs.
 *
 * <p>Redis makes every function of a script again at each call. What most batches do not need is therefore inside of functions
 * that are called when a command needs it. And all but the short names is inside of a function of its own: a function that is
 * made gets the locals of the functions around it at once, but looks for those beside it one by one, among all that were
 * captured so far.
 */
enum Script {
    OPEN("prelude", "rehearsal", "restores", "shadows"),
    APPLY(Files.and(Files.ALWAYS, "plain", "restores"), Files.and(Files.ON_DEMAND, "given", "moves", "loans")),
    BARRIER(Files.ALWAYS, Files.and(Files.ON_DEMAND, "many-keys")),
    STATUS("prelude"),
    SWEEP("prelude", "shadows"),
    REBUILD("prelude"),
    WRITER("prelude"),
    PROBE("prelude", "rehearsal"),
    SLOTS(Files.and(Files.ALWAYS, "plain", "restores"), Files.and(Files.ON_DEMAND, "slot-shares")),
    GIFTS("prelude"),
    CANDIDATES("prelude"),
    PICKED("prelude"),
    PLACES("prelude"),
    MARKS("prelude"),
    EMPTIED("prelude"),
    BEGIN("prelude"),
    NOTE("prelude"),
    REMOVED("prelude"),
    RELEASE("prelude"),
    RELEASED("prelude"),
    SWEPT("prelude"),
    FORMS("prelude", "restores"),
    RETIRED("prelude"),
    REFILL("prelude");

    private static final byte[] NO_KEYS = {'0'};

    /** Of the scripts that run commands: what is defined at each call, and what is when a command needs one of it. */
    private static final class Files {
        static final List<String> ALWAYS = List.of("prelude", "shadows", "operations");
        static final List<String> ON_DEMAND =
                List.of("pops", "strings", "stages", "removals", "stores", "several-keys", "conflicts");

        static List<String> and(List<String> files, String... further) {
            return Stream.concat(files.stream(), Stream.of(further)).toList();
        }
    }

    private final List<String> always;
    private final List<String> onDemand;
    private final byte[] text;
    private final byte[] sha;

    Script(String... needed) {
        this(List.of(needed), List.of());
    }

    Script(List<String> always, List<String> onDemand) {
        this.always = always;
        this.onDemand = onDemand;
        text = with(read(file())).getBytes(StandardCharsets.UTF_8);
        try {
            sha = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The files that come before its own, in order. */
    List<String> needed() {
        return Files.and(always, onDemand.toArray(String[]::new));
    }

    /**
     * The text of a script: the short names, and around the rest of it a function, called at once. {@code operations.lua} calls
     * define_all when a command needs one of the files that it defines.
     *
     * @param own what comes after the files that it needs
     */
    String with(String own) {
        String defined = onDemand.stream()
                .map(file -> "define['" + file + "'] = function()\n" + read(file) + "end\n")
                .collect(Collectors.joining());
        String defineAll = "define_all = function()\n" + read("names") + read("on-demand") + defined + "end\n";
        return read("names") + "return (function()\n" + read(always) + (onDemand.isEmpty() ? "" : defineAll) + own
                + "end)()\n";
    }

    /** The file with its name, without {@code .lua}. */
    String file() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Runs it; every script of ours replies a list of strings, or of lists of strings. */
    List<?> run(Jedis jedis, List<byte[]> keys, List<byte[]> args) {
        try {
            return (List<?>) jedis.evalsha(sha, keys, args);
        } catch (JedisNoScriptException e) {
            jedis.scriptLoad(text);
            return (List<?>) jedis.evalsha(sha, keys, args);
        }
    }

    /** Sends a call without keys; {@link #reply} has to follow. */
    void send(FlushableConnection connection, List<byte[]> args) {
        List<byte[]> words = new ArrayList<>(args.size() + 2);
        words.add(sha);
        words.add(NO_KEYS);
        words.addAll(args);
        connection.sendCommand(Protocol.Command.EVALSHA, words.toArray(byte[][]::new));
        connection.flush();
    }

    /** The reply to {@link #send}. */
    List<?> reply(Jedis jedis, List<byte[]> args) {
        try {
            return (List<?>) jedis.getConnection().getOne();
        } catch (JedisNoScriptException e) {
            jedis.scriptLoad(text);
            return (List<?>) jedis.evalsha(sha, List.of(), args);
        }
    }

    private static String read(List<String> names) {
        return names.stream().map(Script::read).collect(Collectors.joining());
    }

    /** The text of a file. */
    static String read(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
