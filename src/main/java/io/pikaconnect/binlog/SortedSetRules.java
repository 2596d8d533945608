package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import io.pikaconnect.pika.BinlogDialect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rules for sorted sets: T-ZADD, T-LEX. */
final class SortedSetRules {

    private SortedSetRules() {}

    static List<Command> zadd(LoggedCommand zadd) {
        List<byte[]> args = membersAsTheMaster(zadd, 2);
        for (int i = 2; i < args.size(); i += 2) {
            score(zadd, args.get(i));
        }
        return List.of(new Command(LazyList.of(args.size(), i -> {
            boolean isScore = i >= 2 && i % 2 == 0;
            return isScore ? Score.of(args.get(i)).text() : args.get(i);
        })));
    }

    static List<Command> zincrby(LoggedCommand zincrby) {
        return List.of(Command.of(zincrby.arg(0), zincrby.key(), score(zincrby, zincrby.arg(2)), zincrby.arg(3)));
    }

    static List<Command> geoadd(LoggedCommand geoadd) {
        return List.of(new Command(membersAsTheMaster(geoadd, 3)));
    }

    static List<Command> zremrangebylex(LoggedCommand lex) {
        return List.of(Command.of(Operation.ZREMRANGEBYLEX, lex.key(), lex.arg(2), lex.arg(3)));
    }

    /** Whether a ZADD names a member twice with different scores, and it is unknown which of them the master takes. */
    static boolean isUnclearZadd(LoggedCommand zadd) {
        return isUnclear(zadd, 2);
    }

    static boolean isUnclearGeoadd(LoggedCommand geoadd) {
        return isUnclear(geoadd, 3);
    }

    private static boolean isUnclear(LoggedCommand add, int width) {
        if (add.dialect().repeatedMember() != BinlogDialect.Repeated.UNKNOWN) {
            return false;
        }
        DistinctMembers distinct = DistinctMembers.of(add.command().args(), 2, width);
        return IntStream.range(0, distinct.members())
                .anyMatch(member -> IntStream.range(0, width - 1)
                        .anyMatch(i -> !Arrays.equals(
                                add.arg(distinct.first()[member] + i), add.arg(distinct.last()[member] + i))));
    }

    /** Of a member repeated within one command Redis takes the last score, as Pika does since 3.5.6 and 4.0.3. */
    private static List<byte[]> membersAsTheMaster(LoggedCommand add, int width) {
        List<byte[]> args = add.command().args();
        return add.dialect().repeatedMember() == BinlogDialect.Repeated.LAST ? args : firstOfEachMember(args, width);
    }

    /** Before those releases, Pika takes the first. */
    private static List<byte[]> firstOfEachMember(List<byte[]> args, int width) {
        DistinctMembers distinct = DistinctMembers.of(args, 2, width);
        return LazyList.of(
                2 + distinct.members() * width,
                i -> args.get(i < 2 ? i : distinct.first()[(i - 2) / width] + (i - 2) % width));
    }

    private static byte[] score(LoggedCommand logged, byte[] text) {
        Score score = Score.of(text);
        if (score.infinite()) {
            logged.count("score.infinite");
        }
        return score.text();
    }
}
