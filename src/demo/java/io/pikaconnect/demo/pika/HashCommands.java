package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Resp;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Commands on hashes, all of them logged as they are (binlog-commands 3.3). */
final class HashCommands {

    private HashCommands() {}

    static void addTo(CommandTable table) {
        table.raw("hset", 4, c -> Reply.of(orNew(c).put(c.key(2), c.arg(3)) == null));
        table.raw("hmset", -4, HashCommands::hmset);
        table.raw(
                "hsetnx",
                4,
                c -> Reply.of(!fields(c).orElse(new TreeMap<>()).containsKey(c.key(2))
                        && orNew(c).put(c.key(2), c.arg(3)) == null));
        table.raw("hdel", -3, HashCommands::hdel);
        table.raw("hincrby", 4, HashCommands::hincrby);
        table.raw("hincrbyfloat", 4, HashCommands::hincrbyfloat);
        table.read("hget", 3, c -> Replies.bulk(fields(c).map(f -> f.get(c.key(2)))));
        table.read("hlen", 2, c -> new Reply.Number(fields(c).map(Map::size).orElse(0)));
        table.read(
                "hexists",
                3,
                c -> Reply.of(fields(c).filter(f -> f.containsKey(c.key(2))).isPresent()));
        table.read("hgetall", 2, HashCommands::all);
        table.read("hscan", -3, c -> ScanCommands.whole(all(c)));
    }

    private static Optional<TreeMap<Bytes, byte[]>> fields(Call call) {
        return call.store().only(call.store().hashes, call.key()).get(call.key());
    }

    private static TreeMap<Bytes, byte[]> orNew(Call call) {
        return call.store()
                .only(call.store().hashes, call.key())
                .orNew(call.key(), TreeMap::new)
                .value();
    }

    private static Reply hmset(Call call) {
        if (call.size() % 2 != 0) {
            throw Failed.because("wrong number of arguments for 'hmset' command");
        }
        TreeMap<Bytes, byte[]> fields = orNew(call);
        for (int i = 2; i < call.size(); i += 2) {
            fields.put(call.key(i), call.arg(i + 1));
        }
        return Reply.OK;
    }

    private static Reply hdel(Call call) {
        Optional<TreeMap<Bytes, byte[]>> fields = fields(call);
        return new Reply.Number(call.keysFrom(2).stream()
                .filter(f -> fields.isPresent() && fields.get().remove(f) != null)
                .count());
    }

    private static Reply hincrby(Call call) {
        long by = call.number(3);
        long old = fields(call).map(f -> f.get(call.key(2))).map(Call::number).orElse(0L);
        long sum;
        try {
            sum = Math.addExact(old, by);
        } catch (ArithmeticException e) {
            throw Failed.because("increment or decrement would overflow");
        }
        orNew(call).put(call.key(2), Resp.bytes(Long.toString(sum)));
        return new Reply.Number(sum);
    }

    private static Reply hincrbyfloat(Call call) {
        BigDecimal by = Call.decimal(call.arg(3));
        BigDecimal old =
                fields(call).map(f -> f.get(call.key(2))).map(Call::decimal).orElse(BigDecimal.ZERO);
        byte[] sum = Resp.bytes(StringCommands.plain(old.add(by)));
        orNew(call).put(call.key(2), sum);
        return new Reply.Bulk(sum);
    }

    private static Reply all(Call call) {
        List<byte[]> all = new ArrayList<>();
        fields(call).orElse(new TreeMap<>()).forEach((field, value) -> {
            all.add(field.array());
            all.add(value);
        });
        return Replies.bulks(all);
    }
}
