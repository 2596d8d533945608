package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Commands on sets (binlog-commands 3.5). */
final class SetCommands {

    /** Bytes of members after which another item starts. */
    static final int CHUNK = 131_072;

    private SetCommands() {}

    static void addTo(CommandTable table) {
        table.raw("sadd", -3, SetCommands::sadd);
        table.raw("srem", -3, SetCommands::srem);
        table.own("spop", -2, SetCommands::spop);
        table.own("smove", 4, SetCommands::smove);
        for (String combination : List.of("sunion", "sinter", "sdiff")) {
            table.own(combination, -2, SetCommands::combine);
        }
        table.own("sunionstore", -3, SetCommands::store);
        table.own("sinterstore", -3, SetCommands::store);
        table.own("sdiffstore", -3, SetCommands::store);
        table.read(
                "scard",
                2,
                c -> new Reply.Number(set(c, c.key(1)).map(CountedSet::count).orElse(0)));
        table.read("sismember", 3, c -> Reply.of(members(c, 1).contains(c.key(2))));
        table.read("smembers", 2, c -> Replies.names(members(c, 1)));
        table.read("sscan", -3, c -> ScanCommands.whole(Replies.names(members(c, 1))));
    }

    private static Optional<CountedSet> set(Call call, Bytes key) {
        return call.store().only(call.store().sets, key).get(key);
    }

    /** Never written to. */
    private static Collection<Bytes> members(Call call, int key) {
        return set(call, call.key(key)).map(CountedSet::members).orElse(new TreeSet<>());
    }

    private static CountedSet orNew(Call call, Bytes key) {
        return call.store()
                .only(call.store().sets, key)
                .orNew(key, CountedSet::new)
                .value();
    }

    private static Reply sadd(Call call) {
        CountedSet set = orNew(call, call.key());
        return new Reply.Number(call.keysFrom(2).stream().filter(set::add).count());
    }

    /** A member that is named twice counts twice, as real masters have it; from 3.5 on not below nothing. */
    private static Reply srem(Call call) {
        Optional<CountedSet> set = set(call, call.key());
        if (set.isEmpty()) {
            return new Reply.Number(0);
        }
        List<Bytes> named = call.keysFrom(2);
        int removed = set.get().countOf(named);
        if (removed > set.get().count() && call.release().logsPieces()) {
            throw call.release().hasOneType()
                    ? Failed.wrongType()
                    : Failed.because("Invalid argument: set size overflow");
        }
        set.get().remove(named);
        return new Reply.Number(removed);
    }

    /** Up to 3.5.3 the members are not logged; they follow from the second, see {@link Popped}. */
    private static Reply spop(Call call) {
        if (call.size() > 3 || call.size() == 3 && !call.release().logsPieces()) {
            throw Failed.because("wrong number of arguments for 'spop' command");
        }
        long count = call.size() == 3 ? call.number(2) : 1;
        if (count < 0) {
            throw Failed.because("value is out of range, must be positive");
        }
        Optional<CountedSet> set = set(call, call.key());
        List<Bytes> popped = set.map(s -> Popped.of(s, count, call.store().second(), call.release()))
                .orElse(List.of());
        set.ifPresent(s -> s.remove(popped));
        if (!call.release().logsPopped()) {
            call.logRaw();
        } else if (!popped.isEmpty()) {
            call.log(command("srem", call.arg(1), popped));
        }
        return call.size() == 3
                ? Replies.names(popped)
                : popped.isEmpty() ? Reply.NIL : new Reply.Bulk(popped.get(0).array());
    }

    private static Command command(String name, byte[] key, Collection<Bytes> members) {
        List<byte[]> args = new ArrayList<>(List.of(Resp.bytes(name), key));
        members.forEach(m -> args.add(m.array()));
        return new Command(args);
    }

    private static Reply smove(Call call) {
        Bytes member = call.key(3);
        boolean pieces = call.release().logsPieces();
        call.store().only(call.store().sets, call.key(2));
        Optional<CountedSet> source = set(call, call.key(1));
        boolean ontoItself = call.release().movesOntoItself() && call.key(1).equals(call.key(2));
        boolean moves = ontoItself || source.filter(s -> s.contains(member)).isPresent();
        if (moves) {
            if (!ontoItself) {
                source.get().remove(List.of(member));
                orNew(call, call.key(2)).add(member);
            }
            if (pieces) {
                call.log("srem", call.arg(1), call.arg(3));
                call.log("sadd", call.arg(2), call.arg(3));
            }
        }
        if (!pieces) {
            call.logRaw();
        }
        return Reply.of(moves);
    }

    private static TreeSet<Bytes> combined(Call call, int first) {
        TreeSet<Bytes> result = new TreeSet<>(members(call, first));
        for (int i = first + 1; i < call.size(); i++) {
            Collection<Bytes> other = members(call, i);
            switch (call.upper(0)) {
                case "SUNION", "SUNIONSTORE" -> result.addAll(other);
                case "SINTER", "SINTERSTORE" -> result.retainAll(other);
                default -> result.removeAll(other);
            }
        }
        return result;
    }

    private static Reply combine(Call call) {
        TreeSet<Bytes> result = combined(call, 1);
        if (call.release().logsReadsOfSets()) {
            call.logRaw();
        }
        return Replies.names(result);
    }

    private static Reply store(Call call) {
        TreeSet<Bytes> result;
        try {
            result = combined(call, 2);
        } catch (Failed e) {
            call.log("del", call.arg(1)); // 12.8: logged all the same
            throw e;
        }
        if (call.release().hasOneType()) {
            call.store().remove(call.key());
        }
        call.store().sets.remove(call.key());
        if (!result.isEmpty()) {
            call.store().sets.set(call.key(), new CountedSet(result));
        }
        if (call.release().logsPieces()) {
            call.log("del", call.arg(1));
            logChunks(call, result);
        } else {
            call.logRaw();
        }
        return new Reply.Number(result.size());
    }

    private static void logChunks(Call call, Collection<Bytes> members) {
        List<Bytes> chunk = new ArrayList<>();
        long bytes = 0;
        for (Bytes member : members) {
            chunk.add(member);
            bytes += member.array().length;
            if (bytes >= CHUNK) {
                call.log(command("sadd", call.arg(1), chunk));
                chunk.clear();
                bytes = 0;
            }
        }
        if (!chunk.isEmpty()) {
            call.log(command("sadd", call.arg(1), chunk));
        }
    }
}
