package io.pikaconnect.demo.pika;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;

/** Commands on lists (binlog-commands 3.4). */
final class ListCommands {

    private ListCommands() {}

    static void addTo(CommandTable table) {
        table.raw("lpush", -3, c -> push(c, orNew(c, 1), true));
        table.raw("rpush", -3, c -> push(c, orNew(c, 1), false));
        table.raw("lpushx", -3, c -> pushx(c, true));
        table.raw("rpushx", -3, c -> pushx(c, false));
        table.raw("lpop", -2, c -> pop(c, true));
        table.raw("rpop", -2, c -> pop(c, false));
        table.raw("linsert", 5, ListCommands::linsert);
        table.raw("lrem", 4, ListCommands::lrem);
        table.raw("lset", 4, ListCommands::lset);
        table.raw("ltrim", 4, ListCommands::ltrim);
        table.own("rpoplpush", 3, ListCommands::rpoplpush);
        table.read("llen", 2, c -> new Reply.Number(list(c, 1).map(List::size).orElse(0)));
        table.read("lrange", 4, c -> Replies.bulks(range(list(c, 1).orElse(List.of()), c.number(2), c.number(3))));
        table.read("lindex", 3, ListCommands::lindex);
    }

    private static Optional<List<byte[]>> list(Call call, int key) {
        return call.store().only(call.store().lists, call.key(key)).get(call.key(key));
    }

    private static List<byte[]> orNew(Call call, int key) {
        return call.store()
                .only(call.store().lists, call.key(key))
                .orNew(call.key(key), ArrayList::new)
                .value();
    }

    private static Reply push(Call call, List<byte[]> list, boolean left) {
        List<byte[]> added = new ArrayList<>();
        for (int i = 2; i < call.size(); i++) {
            added.add(call.arg(i));
        }
        if (left) {
            Collections.reverse(added);
        }
        list.addAll(left ? 0 : list.size(), added);
        return new Reply.Number(list.size());
    }

    private static Reply pushx(Call call, boolean left) {
        return list(call, 1).map(l -> push(call, l, left)).orElse(new Reply.Number(0));
    }

    private static Reply pop(Call call, boolean left) {
        if (call.size() > 3) {
            throw Failed.syntax();
        }
        if (call.size() == 3 && !call.release().logsPieces()) {
            throw Failed.because("wrong number of arguments for 'lpop' command");
        }
        long count = call.size() == 3 ? call.number(2) : 1;
        if (count < 0) {
            throw Failed.because("value is out of range, must be positive");
        }
        Optional<List<byte[]>> list = list(call, 1);
        if (list.isEmpty()) {
            return Reply.NIL;
        }
        int size = list.get().size();
        int n = (int) Math.min(count, size);
        List<byte[]> part = left ? list.get().subList(0, n) : list.get().subList(size - n, size);
        List<byte[]> popped = new ArrayList<>(part);
        part.clear();
        if (!left) {
            Collections.reverse(popped);
        }
        return call.size() == 2 ? new Reply.Bulk(popped.get(0)) : Replies.bulks(popped);
    }

    private static int indexOf(List<byte[]> list, byte[] wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (Arrays.equals(list.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static Reply linsert(Call call) {
        String where = call.upper(2);
        if (!where.equals("BEFORE") && !where.equals("AFTER")) {
            throw Failed.syntax();
        }
        Optional<List<byte[]>> list = list(call, 1);
        if (list.isEmpty()) {
            return new Reply.Number(0);
        }
        int at = indexOf(list.get(), call.arg(3));
        if (at < 0) {
            return new Reply.Number(-1);
        }
        list.get().add(where.equals("BEFORE") ? at : at + 1, call.arg(4));
        return new Reply.Number(list.get().size());
    }

    private static Reply lrem(Call call) {
        long count = call.number(2);
        long left = count == 0 ? Long.MAX_VALUE : Math.abs(count);
        Optional<List<byte[]>> list = list(call, 1);
        long removed = 0;
        if (list.isPresent()) {
            ListIterator<byte[]> at =
                    list.get().listIterator(count < 0 ? list.get().size() : 0);
            while (removed < left && (count < 0 ? at.hasPrevious() : at.hasNext())) {
                byte[] element = count < 0 ? at.previous() : at.next();
                if (Arrays.equals(element, call.arg(3))) {
                    at.remove();
                    removed++;
                }
            }
        }
        return new Reply.Number(removed);
    }

    private static Reply lset(Call call) {
        long index = call.number(2);
        List<byte[]> list = list(call, 1).orElseThrow(() -> Failed.because("no such key"));
        long at = index < 0 ? index + list.size() : index;
        if (at < 0 || at >= list.size()) {
            throw Failed.because("index out of range");
        }
        list.set((int) at, call.arg(3));
        return Reply.OK;
    }

    private static Reply ltrim(Call call) {
        long from = call.number(2);
        long to = call.number(3);
        list(call, 1).ifPresent(list -> {
            List<byte[]> kept = List.copyOf(range(list, from, to));
            list.clear();
            list.addAll(kept);
        });
        return Reply.OK;
    }

    private static List<byte[]> range(List<byte[]> list, long from, long to) {
        long first = Math.max(0, from < 0 ? from + list.size() : from);
        long last = Math.min(list.size() - 1L, to < 0 ? to + list.size() : to);
        return first > last ? List.of() : list.subList((int) first, (int) last + 1);
    }

    private static Reply lindex(Call call) {
        List<byte[]> list = list(call, 1).orElse(List.of());
        long index = call.number(2);
        long at = index < 0 ? index + list.size() : index;
        return at < 0 || at >= list.size() ? Reply.NIL : new Reply.Bulk(list.get((int) at));
    }

    /** Onto itself a list keeps its deadline, also one of a single element; the commands in the log do not show it. */
    private static Reply rpoplpush(Call call) {
        Optional<List<byte[]>> source = list(call, 1);
        boolean pieces = call.release().logsPieces();
        if (!pieces) {
            call.logRaw();
        }
        if (source.isEmpty()) {
            return Reply.NIL;
        }
        call.store().only(call.store().lists, call.key(2));
        byte[] moved = source.get().get(source.get().size() - 1);
        orNew(call, 2).add(0, moved);
        source.get().remove(source.get().size() - 1);
        if (pieces) {
            call.log("RPOP", call.arg(1));
            call.log("LPUSH", call.arg(2), moved);
        }
        return new Reply.Bulk(moved);
    }
}
