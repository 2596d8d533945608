package io.pikaconnect.change;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The record header {@value #NAME}: what a record is, and where it belongs.
 *
 * <pre>
 * e1795337869000/17/b/3/210276/0/1795337901000 change: epoch, sequence, position, source time in ms
 * e1795337869000/17/-/1795337906000 tick: repeats the last sequence of its partition, moves only the clock
 * e1795337869000/-/-/1795337869000 begin tick: an epoch is about to start
 * </pre>
 *
 * @param epoch one full sync and everything after it; Unix ms at its start; previous epoch + 1 if that is larger
 * @param sequence the record's number on its partition in this epoch, from 0; absent in a begin tick
 * @param position absent in ticks
 * @param timeMs Unix ms at which the master made the change; 0 in ticks of the snapshot phase
 */
public record ChangeHeader(long epoch, OptionalLong sequence, Optional<Position> position, long timeMs) {

    public static final String NAME = "pika.change";

    /** Hardly any has more characters. */
    private static final int LONGEST = 96;

    /** The header of a record that holds a change; its sequence is the next of its partition. */
    public static ChangeHeader change(long epoch, long sequence, Position position, long timeMs) {
        return new ChangeHeader(epoch, OptionalLong.of(sequence), Optional.of(position), timeMs);
    }

    /** The header of a record without a change, which only tells how far the master is: it has no position. */
    public static ChangeHeader tick(long epoch, long sequence, long timeMs) {
        return new ChangeHeader(epoch, OptionalLong.of(sequence), Optional.empty(), timeMs);
    }

    /** The header of a begin tick: an epoch is about to start. */
    public static ChangeHeader begin(long epoch, long timeMs) {
        return new ChangeHeader(epoch, OptionalLong.empty(), Optional.empty(), timeMs);
    }

    /** A record without a change: it only moves the clock. */
    public boolean isTick() {
        return position.isEmpty();
    }

    /**
     * Reads the text form; surrounding quotes, which some header converters leave, are ignored.
     *
     * @throws IllegalArgumentException if the text is not such a header
     */
    public static ChangeHeader parse(String text) {
        String t = text.startsWith("\"") && text.endsWith("\"") && text.length() > 1
                ? text.substring(1, text.length() - 1)
                : text;
        try {
            int epochEnd = t.indexOf('/');
            int sequenceEnd = t.indexOf('/', epochEnd + 1);
            int positionEnd = t.lastIndexOf('/');
            if (epochEnd > 0 && sequenceEnd > 0 && t.charAt(0) == 'e' && positionEnd > sequenceEnd) {
                long epoch = Decimal.parse(t, 1, epochEnd);
                long timeMs = Decimal.parse(t, positionEnd + 1, t.length());
                boolean tick = t.startsWith("-/", sequenceEnd + 1) && positionEnd == sequenceEnd + 2;
                if (tick && t.startsWith("-/", epochEnd + 1)) {
                    return begin(epoch, timeMs);
                }
                long sequence = Decimal.parse(t, epochEnd + 1, sequenceEnd);
                return tick
                        ? tick(epoch, sequence, timeMs)
                        : change(epoch, sequence, Position.parse(t, sequenceEnd + 1, positionEnd), timeMs);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a " + NAME + " header: " + text, e);
        }
        throw new IllegalArgumentException("not a " + NAME + " header: " + text);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(LONGEST).append('e').append(epoch).append('/');
        if (sequence.isPresent()) {
            text.append(sequence.getAsLong());
        } else {
            text.append('-');
        }
        text.append('/');
        if (position.isPresent()) {
            position.get().appendTo(text);
        } else {
            text.append('-');
        }
        return text.append('/').append(timeMs).toString();
    }
}
