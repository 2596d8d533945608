package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules for sorted sets: T-ZADD, T-LEX. */
final class SortedSetRules {

    private SortedSetRules() {}

    static List<Command> zadd(Logged zadd) {
        List<byte[]> args = firstOfEachMember(zadd.command().args(), 2);
        for (int i = 2; i < args.size(); i += 2) {
            args.set(i, score(zadd, args.get(i)));
        }
        return List.of(new Command(args));
    }

    static List<Command> zincrby(Logged zincrby) {
        return List.of(Command.of(zincrby.arg(0), zincrby.key(), score(zincrby, zincrby.arg(2)), zincrby.arg(3)));
    }

    static List<Command> geoadd(Logged geoadd) {
        return List.of(new Command(firstOfEachMember(geoadd.command().args(), 3)));
    }

    static List<Command> zremrangebylex(Logged lex) {
        return List.of(Command.of(Operation.ZREMRANGEBYLEX, lex.key(), lex.arg(2), lex.arg(3)));
    }

    /** Of a member repeated within one command Pika takes the first score, Redis the last. */
    private static List<byte[]> firstOfEachMember(List<byte[]> args, int width) {
        List<byte[]> kept = new ArrayList<>(args.size());
        kept.addAll(args.subList(0, 2));
        Set<ByteBuffer> members = new HashSet<>();
        for (int i = 2; i < args.size(); i += width) {
            if (members.add(ByteBuffer.wrap(args.get(i + width - 1)))) {
                kept.addAll(args.subList(i, i + width));
            }
        }
        return kept;
    }

    private static byte[] score(Logged logged, byte[] text) {
        Score score = Score.of(text);
        if (score.infinite()) {
            logged.count("score.infinite");
        }
        return score.text();
    }
}
