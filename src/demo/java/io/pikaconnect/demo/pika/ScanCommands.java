package io.pikaconnect.demo.pika;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands that go through all keys: KEYS and SCAN; a key of several types appears once for each of them. */
final class ScanCommands {

    private static final int CURSORS = 10_000;

    /** Where a scan continues: after that key of that type. */
    private record Place(String type, Bytes key) {}

    private static final class Cursors extends LinkedHashMap<Long, Place> {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Place> eldest) {
            return size() > CURSORS;
        }
    }

    private final Map<Long, Place> cursors = new Cursors();
    private long lastCursor;

    private ScanCommands() {}

    static void addTo(CommandTable table) {
        ScanCommands scans = new ScanCommands();
        table.read("keys", 2, ScanCommands::keys);
        table.read("scan", -2, scans::scan);
    }

    private static Reply keys(Call call) {
        Glob glob = new Glob(call.arg(1));
        List<Bytes> all = new ArrayList<>();
        call.store()
                .byType()
                .values()
                .forEach(space -> space.physical().keySet().stream()
                        .filter(k -> space.isLive(k) && glob.matches(k.array()))
                        .forEach(all::add));
        return Replies.names(all);
    }

    private synchronized Reply scan(Call call) {
        long count = 10;
        Optional<Glob> glob = Optional.empty();
        for (int i = 2; i + 1 < call.size(); i += 2) {
            switch (call.upper(i)) {
                case "COUNT" -> count = call.number(i + 1);
                case "MATCH" -> glob = Optional.of(new Glob(call.arg(i + 1)));
                default -> throw Failed.syntax();
            }
        }
        long cursor = call.number(1);
        Optional<Place> from = Optional.ofNullable(cursors.remove(cursor));
        List<Bytes> found = new ArrayList<>();
        Optional<Place> next = cursor != 0 && from.isEmpty() ? Optional.empty() : read(call, from, count, found);
        Optional<Glob> wanted = glob;
        found.removeIf(k -> wanted.filter(g -> !g.matches(k.array())).isPresent());
        next.ifPresent(place -> cursors.put(++lastCursor, place));
        return new Reply.Many(
                List.of(Reply.text(next.isPresent() ? Long.toString(lastCursor) : "0"), Replies.names(found)));
    }

    /** Reads at most that many keys and returns where to continue. */
    private static Optional<Place> read(Call call, Optional<Place> from, long count, List<Bytes> found) {
        boolean reached = from.isEmpty();
        for (Map.Entry<String, Keyspace<?>> type : call.store().byType().entrySet()) {
            boolean here = from.filter(p -> p.type.equals(type.getKey())).isPresent();
            if (reached || here) {
                reached = true;
                Keyspace<?> space = type.getValue();
                Iterable<Bytes> keys = here
                        ? space.physical().tailMap(from.get().key, false).keySet()
                        : space.physical().keySet();
                for (Bytes key : keys) {
                    if (space.isLive(key)) {
                        found.add(key);
                        if (found.size() >= count) {
                            return Optional.of(new Place(type.getKey(), key));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** All elements of a collection at once, as HSCAN, SSCAN and ZSCAN may. */
    static Reply whole(Reply elements) {
        return new Reply.Many(List.of(Reply.text("0"), elements));
    }
}
