package io.pikaconnect.sink;

import io.pikaconnect.change.Position;

/**
 * The field {@code mark} of a slot's ledger: everything of the partition before that place is applied, as far as it concerns
 * the slot.
 *
 * <pre>
 * 1042 17 b/3/210276/0 1795337901000
 * </pre>
 *
 * @param offset Kafka offset of the next record
 * @param sequence of the last record before it
 * @param position of that record
 * @param clockMs newest source time up to there
 */
record SlotMark(long offset, long sequence, Position position, long clockMs) {

    static SlotMark parse(String text) {
        String[] w = text.split(" ", -1);
        return new SlotMark(Long.parseLong(w[0]), Long.parseLong(w[1]), Position.parse(w[2]), Long.parseLong(w[3]));
    }

    @Override
    public String toString() {
        return offset + " " + sequence + " " + position + " " + clockMs;
    }
}
