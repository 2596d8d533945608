package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.pika.Scores.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Commands on sorted sets, places on the earth included (binlog-commands 3.6 and 3.7). */
final class SortedSetCommands {

    private SortedSetCommands() {}

    static void addTo(CommandTable table) {
        table.raw("zadd", -4, SortedSetCommands::zadd);
        table.raw("zincrby", 4, SortedSetCommands::zincrby);
        table.raw("zrem", -3, SortedSetCommands::zrem);
        table.raw("zremrangebyrank", 4, SortedSetCommands::zremrangebyrank);
        table.raw("zremrangebyscore", 4, SortedSetCommands::zremrangebyscore);
        table.raw("zremrangebylex", 4, SortedSetCommands::zremrangebylex);
        table.raw("zpopmin", -2, c -> pop(c, true));
        table.raw("zpopmax", -2, c -> pop(c, false));
        table.raw("geoadd", -5, SortedSetCommands::geoadd);
        table.read(
                "zcard",
                2,
                c -> new Reply.Number(scores(c, c.key()).map(Scores::size).orElse(0)));
        table.read(
                "zscore",
                3,
                c -> Replies.bulk(
                        scores(c, c.key()).flatMap(s -> s.score(c.key(2))).map(d -> Resp.bytes(text(d)))));
        table.read("zrange", -4, SortedSetCommands::zrange);
        table.read("zscan", -3, c -> ScanCommands.whole(withScores(all(c))));
    }

    static Optional<Scores> scores(Call call, Bytes key) {
        return call.store().only(call.store().zsets, key).get(key);
    }

    private static Scores orNew(Call call) {
        return call.store()
                .only(call.store().zsets, call.key())
                .orNew(call.key(), Scores::new)
                .value();
    }

    private static List<Scored> all(Call call) {
        return scores(call, call.key()).map(Scores::all).orElse(List.of());
    }

    /** As the servers print it: 17 digits, whole numbers without a point. */
    static String text(double score) {
        if (Double.isInfinite(score)) {
            return score > 0 ? "inf" : "-inf";
        }
        if (score == Math.rint(score) && Math.abs(score) < 1e17) {
            return score == 0 && 1 / score < 0 ? "-0" : Long.toString((long) score);
        }
        return new java.math.BigDecimal(score)
                .round(new java.math.MathContext(17))
                .stripTrailingZeros()
                .toString();
    }

    private static Reply zadd(Call call) {
        if (call.size() % 2 != 0) {
            throw Failed.syntax();
        }
        List<Scored> added = new ArrayList<>();
        for (int i = 2; i < call.size(); i += 2) {
            added.add(new Scored(call.score(i), call.key(i + 1)));
        }
        return add(call, added);
    }

    /** A member repeated in one command keeps its first score, or gets the last one. */
    private static Reply add(Call call, List<Scored> added) {
        Map<Bytes, Double> scores = new LinkedHashMap<>();
        for (Scored one : added) {
            if (call.release().lastScoreWins()) {
                scores.put(one.member(), one.score());
            } else {
                scores.putIfAbsent(one.member(), one.score());
            }
        }
        Scores zset = orNew(call);
        return new Reply.Number(scores.entrySet().stream()
                .filter(s -> zset.put(s.getKey(), s.getValue()))
                .count());
    }

    private static Reply zincrby(Call call) {
        double by = call.score(2);
        double sum = scores(call, call.key()).flatMap(s -> s.score(call.key(3))).orElse(0.0) + by;
        if (Double.isNaN(sum)) {
            throw Failed.because("resulting score is not a number (NaN)");
        }
        orNew(call).put(call.key(3), sum);
        return Reply.text(text(sum));
    }

    private static Reply zrem(Call call) {
        Optional<Scores> scores = scores(call, call.key());
        return new Reply.Number(call.keysFrom(2).stream()
                .filter(m -> scores.isPresent() && scores.get().remove(m))
                .count());
    }

    private static Reply remove(Call call, Predicate<Scored> gone) {
        Optional<Scores> scores = scores(call, call.key());
        return new Reply.Number(
                scores.map(s -> s.removeAll(s.all().stream().filter(gone).toList()))
                        .orElse(0));
    }

    private static List<Scored> ranks(List<Scored> all, long from, long to) {
        long first = Math.max(0, from < 0 ? from + all.size() : from);
        long last = Math.min(all.size() - 1L, to < 0 ? to + all.size() : to);
        return first > last ? List.of() : all.subList((int) first, (int) last + 1);
    }

    private static Reply zremrangebyrank(Call call) {
        List<Scored> gone = ranks(all(call), call.number(2), call.number(3));
        return new Reply.Number(
                scores(call, call.key()).map(s -> s.removeAll(gone)).orElse(0));
    }

    private static Reply zremrangebyscore(Call call) {
        boolean above = call.text(2).startsWith("(");
        boolean below = call.text(3).startsWith("(");
        double min = Call.score(call.text(2).substring(above ? 1 : 0));
        double max = Call.score(call.text(3).substring(below ? 1 : 0));
        return remove(
                call,
                s -> (above ? s.score() > min : s.score() >= min) && (below ? s.score() < max : s.score() <= max));
    }

    /** The bytes alone decide, over the whole set, whatever the scores (binlog-commands 7.2). */
    private static Reply zremrangebylex(Call call) {
        Predicate<Bytes> above = bound(call.arg(2), true);
        Predicate<Bytes> below = bound(call.arg(3), false);
        return remove(call, s -> above.test(s.member()) && below.test(s.member()));
    }

    private static Predicate<Bytes> bound(byte[] text, boolean lower) {
        if (text.length == 1 && (text[0] == '-' || text[0] == '+')) {
            boolean all = (text[0] == '-') == lower;
            return m -> all;
        }
        if (text.length == 0 || text[0] != '[' && text[0] != '(') {
            throw Failed.because("min or max not valid string range item");
        }
        Bytes limit = new Bytes(Arrays.copyOfRange(text, 1, text.length));
        boolean inclusive = text[0] == '[';
        return m -> {
            int c = lower ? m.compareTo(limit) : limit.compareTo(m);
            return c > 0 || c == 0 && inclusive;
        };
    }

    private static Reply pop(Call call, boolean lowest) {
        long count = call.size() > 2 ? call.number(2) : 1;
        if (call.size() > 3) {
            throw Failed.syntax();
        }
        return withScores(
                scores(call, call.key()).map(s -> s.pop(lowest, count)).orElse(List.of()));
    }

    private static Reply geoadd(Call call) {
        if ((call.size() - 2) % 3 != 0) {
            throw Failed.syntax();
        }
        List<Scored> added = new ArrayList<>();
        for (int i = 2; i < call.size(); i += 3) {
            added.add(new Scored(GeoHash.of(call.score(i), call.score(i + 1)), call.key(i + 2)));
        }
        return add(call, added);
    }

    private static Reply zrange(Call call) {
        List<Scored> range = ranks(all(call), call.number(2), call.number(3));
        boolean scores = call.size() == 5 && call.upper(4).equals("WITHSCORES");
        return scores
                ? withScores(range)
                : Replies.names(range.stream().map(Scored::member).toList());
    }

    private static Reply withScores(List<Scored> members) {
        List<byte[]> flat = new ArrayList<>();
        members.forEach(m -> {
            flat.add(m.member().array());
            flat.add(Resp.bytes(text(m.score())));
        });
        return Replies.bulks(flat);
    }
}
