package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** ZUNIONSTORE and ZINTERSTORE (binlog-commands 3.6): {@code dst n k… [WEIGHTS w…] [AGGREGATE SUM|MIN|MAX]}. */
final class SortedSetStores {

    private SortedSetStores() {}

    static void addTo(CommandTable table) {
        table.own("zunionstore", -4, c -> store(c, false));
        table.own("zinterstore", -4, c -> store(c, true));
    }

    private record Options(double[] weights, String aggregate) {

        static Options of(Call call, int sources) {
            double[] weights = new double[sources];
            Arrays.fill(weights, 1);
            String aggregate = "SUM";
            int i = 3 + sources;
            while (i < call.size()) {
                String option = call.upper(i++);
                if (option.equals("WEIGHTS") && i + sources <= call.size()) {
                    for (int w = 0; w < sources; w++) {
                        weights[w] = call.score(i++);
                    }
                } else if (option.equals("AGGREGATE")
                        && i < call.size()
                        && List.of("SUM", "MIN", "MAX").contains(call.upper(i))) {
                    aggregate = call.upper(i++);
                } else {
                    throw Failed.syntax();
                }
            }
            return new Options(weights, aggregate);
        }

        double weighted(int source, double score) {
            double weighted = weights[source] * score;
            return Double.isNaN(weighted) ? 0 : weighted;
        }

        double combined(double a, double b) {
            double sum = a + b;
            return switch (aggregate) {
                case "MIN" -> Math.min(a, b);
                case "MAX" -> Math.max(a, b);
                default -> Double.isNaN(sum) ? 0 : sum;
            };
        }
    }

    private static Reply store(Call call, boolean inter) {
        long n = call.number(2);
        if (n < 1 || n > call.size() - 3) {
            throw Failed.syntax();
        }
        Options options = Options.of(call, (int) n);
        Map<Bytes, Double> result = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            Map<Bytes, Double> source = source(call, 3 + i, inter ? Map.of() : result);
            int at = i;
            if (inter && i > 0) {
                result.keySet().retainAll(source.keySet());
            }
            source.forEach((member, score) -> {
                if (!inter || at == 0 || result.containsKey(member)) {
                    result.merge(member, options.weighted(at, score), options::combined);
                }
            });
        }
        if (call.release().hasOneType()) {
            call.store().remove(call.key());
        }
        call.store().zsets.remove(call.key());
        if (!result.isEmpty()) {
            Scores scores = call.store().zsets.set(call.key(), new Scores()).value();
            result.forEach(scores::put);
        }
        if (call.release().logsPieces()) {
            call.log("del", call.arg(1));
            logChunks(call, result);
        } else {
            call.logRaw();
        }
        return new Reply.Number(result.size());
    }

    /** One that fails for a source of another type is logged with the union so far (binlog-commands 12.8). */
    private static Map<Bytes, Double> source(Call call, int key, Map<Bytes, Double> soFar) {
        try {
            return SortedSetCommands.scores(call, call.key(key))
                    .map(Scores::byMember)
                    .orElse(new TreeMap<>());
        } catch (Failed e) {
            call.log("del", call.arg(1));
            logChunks(call, soFar);
            throw e;
        }
    }

    private static void logChunks(Call call, Map<Bytes, Double> result) {
        List<byte[]> zadd = zadd(call);
        long bytes = 0;
        for (Map.Entry<Bytes, Double> member : result.entrySet()) {
            byte[] score = Resp.bytes(SortedSetCommands.text(member.getValue()));
            zadd.add(score);
            zadd.add(member.getKey().array());
            bytes += score.length + member.getKey().array().length;
            if (bytes >= SetCommands.CHUNK) {
                call.log(new Command(zadd));
                zadd = zadd(call);
                bytes = 0;
            }
        }
        if (zadd.size() > 2) {
            call.log(new Command(zadd));
        }
    }

    private static List<byte[]> zadd(Call call) {
        return new ArrayList<>(List.of(Resp.bytes("zadd"), call.arg(1)));
    }
}
