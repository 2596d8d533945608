package io.pikaconnect.demo.pika;

import io.pikaconnect.demo.pika.Keyspace.Held;
import io.pikaconnect.demo.pika.PikaRelease.TypedFlush;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Commands on names, whatever types they have, and on the whole db (binlog-commands 3.2 and 4). */
final class KeyCommands {

    private KeyCommands() {}

    static void addTo(CommandTable table) {
        table.own("del", -2, KeyCommands::del);
        table.own("unlink", -2, KeyCommands::del);
        table.own("expire", 3, KeyCommands::expire);
        table.own("pexpire", 3, KeyCommands::pexpire);
        table.raw("expireat", 3, c -> endsAt(c, c.endOf(c.number(2)), c.number(2) <= 0));
        table.own("pexpireat", 3, KeyCommands::pexpireat);
        table.raw("persist", 2, KeyCommands::persist);
        table.own("flushdb", -1, KeyCommands::flushdb);
        table.own("pkpatternmatchdel", -2, KeyCommands::patternDelete);
        table.read("exists", -2, KeyCommands::exists);
        table.read(
                "type", 2, c -> new Reply.Status(first(c).map(Map.Entry::getKey).orElse("none")));
        table.read("ttl", 2, c -> new Reply.Number(ttl(c, false)));
        table.read("pttl", 2, c -> new Reply.Number(ttl(c, true)));
        table.read("dbsize", 1, c -> new Reply.Number(c.store().size()));
    }

    private static Reply del(Call call) {
        int removed = 0;
        for (Bytes key : call.keysFrom(1)) {
            removed += call.store().remove(key);
            if (call.release().logsPieces()) {
                call.log(call.arg(0), key.array());
            }
        }
        if (!call.release().logsPieces()) {
            call.logRaw();
        }
        return new Reply.Number(removed);
    }

    private static Reply expire(Call call) {
        long seconds = call.number(2);
        long end = call.store().second() + seconds;
        call.log("expireat", call.arg(1), end);
        long exact = call.release().keepsMillis() ? call.store().now() + seconds * 1000 : call.endOf(end);
        return endsAt(call, exact, seconds <= 0);
    }

    private static Reply pexpire(Call call) {
        long ms = call.number(2);
        if (call.release().keepsMillis()) {
            call.log("pexpireat", call.arg(1), call.store().now() + ms);
            return endsAt(call, call.store().now() + ms, ms <= 0);
        }
        long end = call.store().second() + ms / 1000;
        call.log("expireat", call.arg(1), end);
        return endsAt(call, call.endOf(end), ms / 1000 <= 0);
    }

    private static Reply pexpireat(Call call) {
        long ms = call.number(2);
        if (call.release().keepsMillis()) {
            call.logRaw();
            return endsAt(call, call.release().hasOneType() ? 1 : ms, ms <= 0);
        }
        call.log("expireat", call.arg(1), ms / 1000);
        return endsAt(call, call.endOf(ms / 1000), ms / 1000 <= 0);
    }

    /** @param atOnce the key goes; otherwise it lives through the millisecond of its deadline */
    private static Reply endsAt(Call call, long deadline, boolean atOnce) {
        int types = 0;
        for (Keyspace<?> space : call.store().byType().values()) {
            Optional<? extends Held<?>> held = space.live(call.key());
            if (held.isPresent()) {
                types++;
                if (atOnce) {
                    space.remove(call.key());
                } else {
                    held.get().deadline(Math.max(1, deadline));
                }
            }
        }
        return new Reply.Number(types);
    }

    private static Reply persist(Call call) {
        int types = 0;
        for (Keyspace<?> space : call.store().byType().values()) {
            Optional<? extends Held<?>> held = space.live(call.key());
            if (held.isPresent() && held.get().deadline() != Keyspace.NEVER) {
                held.get().deadline(Keyspace.NEVER);
                types++;
            }
        }
        return new Reply.Number(types);
    }

    private static Reply exists(Call call) {
        return new Reply.Number(call.keysFrom(1).stream()
                .mapToLong(k -> call.store().byType().values().stream()
                        .filter(space -> space.isLive(k))
                        .count())
                .sum());
    }

    private static Optional<Map.Entry<String, Keyspace<?>>> first(Call call) {
        return call.store().byType().entrySet().stream()
                .filter(e -> e.getValue().isLive(call.key()))
                .findFirst();
    }

    private static long ttl(Call call, boolean inMillis) {
        Optional<Map.Entry<String, Keyspace<?>>> first = first(call);
        if (first.isEmpty()) {
            return -2;
        }
        long deadline =
                first.get().getValue().live(call.key()).map(Held::deadline).orElse(Keyspace.NEVER);
        if (deadline == Keyspace.NEVER) {
            return -1;
        }
        long ms = call.release().keepsMillis()
                ? deadline - call.store().now()
                : (deadline / 1000 - call.store().second()) * 1000;
        return inMillis ? ms : ms / 1000;
    }

    private static Keyspace<?> space(Call call, String type) {
        Keyspace<?> space = call.store().byType().get(type.toLowerCase(Locale.ROOT));
        if (space == null) {
            throw Failed.because("Invalid Argument for '" + type + "'");
        }
        return space;
    }

    private static Reply flushdb(Call call) {
        TypedFlush typed =
                call.size() == 1 ? TypedFlush.EVERYTHING : call.release().typedFlush();
        if (call.size() > 2 || typed == TypedFlush.ERROR) {
            throw Failed.syntax();
        }
        Optional<Keyspace<?>> space = call.size() == 1 ? Optional.empty() : Optional.of(space(call, call.text(1)));
        if (typed == TypedFlush.EVERYTHING) {
            call.store().clear();
        } else if (typed == TypedFlush.ONE_TYPE) {
            space.ifPresent(Keyspace::clear);
        }
        call.logRaw();
        return Reply.OK;
    }

    /** Deletes the first keys in byte order that match: all of them, or a hundred (binlog-commands 4.2). */
    private static Reply patternDelete(Call call) {
        boolean anyType = call.release().hasOneType();
        if (call.size() != 3 && (!anyType || call.size() != 2)) {
            throw Failed.because("wrong number of arguments for 'pkpatternmatchdel' command");
        }
        long most =
                anyType && call.size() == 3 ? call.number(2) : call.release().patternDeletes();
        if (most < 1) {
            throw Failed.because("value is not an integer or out of range");
        }
        Glob glob = new Glob(call.arg(1));
        List<Bytes> matching = new ArrayList<>();
        for (Keyspace<?> space : anyType
                ? List.copyOf(call.store().byType().values())
                : List.<Keyspace<?>>of(space(call, call.text(2)))) {
            List<Bytes> of = space.physical().keySet().stream()
                    .filter(k -> space.isLive(k) && glob.matches(k.array()))
                    .limit(Math.max(0, most - matching.size()))
                    .toList();
            of.forEach(space::remove);
            matching.addAll(of);
        }
        if (call.release().hasOneType()) {
            matching.forEach(k -> call.log("del", k.array()));
        } else {
            call.logRaw();
        }
        return new Reply.Number(matching.size());
    }
}
