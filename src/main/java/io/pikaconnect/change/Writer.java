package io.pikaconnect.change;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The record header {@value #NAME}: which source writes. It is on each barrier that starts an epoch, and on the first
 * record that a source task writes to a partition after its start, so that every source that writes to a partition is
 * named there. Sources of release 0.1.0 have no such header.
 *
 * <p>Text form: names and values, URL-encoded; empty values are left out.
 *
 * <pre>
 * connector=pika-source;group=connect-cluster;master=7a3f…;previous=1795337869000;takes=pika;types=several
 * </pre>
 *
 * @param connector the source connector's name
 * @param group group.id of the Connect cluster that it runs in; empty if unknown
 * @param master replication id of the Pika that the epoch is from; empty before 3.5.1
 * @param previous the epoch that the source had stored before it started this one, 0 if none
 * @param takes topic.takeover: the source that this one replaces; empty if none
 * @param severalTypes the epoch's master has a key space for each type, so that a key may have several; the sink's
 *     scripts look for the text {@code ;types=several}
 */
public record Writer(String connector, String group, String master, long previous, String takes, boolean severalTypes) {

    public static final String NAME = "pika.writer";

    private static final String SEVERAL = "several";

    /** For a master with one key space, or if that is unknown. */
    public Writer(String connector, String group, String master, long previous, String takes) {
        this(connector, group, master, previous, takes, false);
    }

    /**
     * Reads the text form; surrounding quotes and names that a later release added are ignored.
     *
     * @throws IllegalArgumentException if the text is not such a header
     */
    public static Writer parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String part : text.replace("\"", "").split(";")) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not a " + NAME + " header: " + text);
            }
            values.put(
                    part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        if (!values.containsKey("connector")) {
            throw new IllegalArgumentException("not a " + NAME + " header: " + text);
        }
        return new Writer(
                values.get("connector"),
                values.getOrDefault("group", ""),
                values.getOrDefault("master", ""),
                Long.parseLong(values.getOrDefault("previous", "0")),
                values.getOrDefault("takes", ""),
                SEVERAL.equals(values.get("types")));
    }

    /** Whether this is the name as a user writes it in a setting: {@code connector}, or {@code connector@group}. */
    public boolean isNamed(String name) {
        return name.equals(connector) || name.equals(fullName());
    }

    /** The name that tells it from one of another Connect cluster, as far as that is known. */
    public String fullName() {
        return group.isEmpty() ? connector : connector + "@" + group;
    }

    /** Whether it is the same connector, as far as is known. */
    public boolean isSameConnector(Writer other) {
        return connector.equals(other.connector) && isSameWhereKnown(group, other.group);
    }

    /** Whether it may continue an epoch that {@code former} started; empty: a source of release 0.1.0. */
    public boolean mayContinue(Optional<Writer> former) {
        return former.isEmpty()
                || takesOverFrom(former.get())
                || isSameConnector(former.get()) && isSameWhereKnown(master, former.get().master);
    }

    /**
     * Whether it may start an epoch after that of {@code former}. A source that had that epoch stored may, whatever the
     * master; for any other source, another Pika is a mistake that would empty the target.
     */
    public boolean mayFollow(Optional<Writer> former, long formerEpoch) {
        boolean hadIt = previous >= formerEpoch;
        return former.isEmpty()
                ? hadIt || !takes.isEmpty()
                : takesOverFrom(former.get())
                        || isSameConnector(former.get()) && (hadIt || isSameWhereKnown(master, former.get().master));
    }

    /** The same, where the next source may also be one of release 0.1.0. */
    public static boolean mayFollow(Optional<Writer> next, Optional<Writer> former, long formerEpoch) {
        return next.map(writer -> writer.mayFollow(former, formerEpoch)).orElse(former.isEmpty());
    }

    private boolean takesOverFrom(Writer former) {
        return !takes.isEmpty() && former.isNamed(takes);
    }

    private static boolean isSameWhereKnown(String a, String b) {
        return a.isEmpty() || b.isEmpty() || a.equals(b);
    }

    /** For messages. */
    public String described() {
        return "source connector " + fullName() + (master.isEmpty() ? "" : " (Pika " + master + ")");
    }

    /** The text form. */
    @Override
    public String toString() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("connector", connector);
        values.put("group", group);
        values.put("master", master);
        values.put("previous", previous == 0 ? "" : String.valueOf(previous));
        values.put("takes", takes);
        values.put("types", severalTypes ? SEVERAL : "");
        return values.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining(";"));
    }
}
