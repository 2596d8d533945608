package io.pikaconnect.sink;

/**
 * The field {@code place} of a slot's ledger.
 *
 * <pre>
 * 1795337869000 17 0 1795337901000
 * </pre>
 *
 * @param sequence of the last record that was applied to the slot
 * @param done how many commands of the slot's next record are applied already
 * @param clockMs newest source time that was applied on the partition when that was noted
 */
record SlotPlace(long epoch, long sequence, int done, long clockMs) {

    static SlotPlace parse(String text) {
        String[] w = text.split(" ", -1);
        return new SlotPlace(Long.parseLong(w[0]), Long.parseLong(w[1]), Integer.parseInt(w[2]), Long.parseLong(w[3]));
    }
}
