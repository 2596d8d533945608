package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import java.util.List;

/** Rules for sorted sets: T-ZADD, T-LEX. */
final class SortedSetRules {

    private SortedSetRules() {}

    static List<Command> zadd(Logged zadd) {
        List<byte[]> args = firstOfEachMember(zadd.command().args(), 2);
        for (int i = 2; i < args.size(); i += 2) {
            score(zadd, args.get(i));
        }
        return List.of(new Command(LazyList.of(args.size(), i -> {
            boolean isScore = i >= 2 && i % 2 == 0;
            return isScore ? Score.of(args.get(i)).text() : args.get(i);
        })));
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
        Distinct distinct = Distinct.of(args, 2, width);
        return LazyList.of(
                2 + distinct.members() * width,
                i -> args.get(i < 2 ? i : distinct.first()[(i - 2) / width] + (i - 2) % width));
    }

    private static byte[] score(Logged logged, byte[] text) {
        Score score = Score.of(text);
        if (score.infinite()) {
            logged.count("score.infinite");
        }
        return score.text();
    }
}
