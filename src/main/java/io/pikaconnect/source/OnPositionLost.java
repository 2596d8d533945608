package io.pikaconnect.source;

/** What follows when a stored position cannot be resumed: the setting {@code on.position.lost}. */
enum OnPositionLost implements Policy {
    FAIL,
    RESYNC,
    RESYNC_UNTIL_READY;

    /** So many full syncs in a row start by themselves; a person has to look at what loses them all. */
    static final int MOST_IN_A_ROW = 5;

    /**
     * Whether a new full sync begins by itself after this offset. While nothing but begin ticks was sent of an epoch it is
     * the same one that begins once more, whatever the setting.
     */
    boolean beginsAgain(SourceOffset lost) {
        boolean nothingToProtect = lost.phase() == SourceOffset.Phase.BEGIN
                || (this == RESYNC_UNTIL_READY && !lost.epoch().readiness().ready());
        return this == RESYNC || (nothingToProtect && lost.epoch().readiness().lostInARow() < MOST_IN_A_ROW);
    }

    /** Of the epoch that begins by itself after this offset. */
    Readiness next(SourceOffset lost) {
        return this == RESYNC ? Readiness.START : lost.epoch().readiness().afterLoss();
    }

    /** What to do where none begins by itself, as a sentence. */
    String remedy(SourceOffset lost) {
        String bySomebody = "set on.position.lost=resync, and on.new.epoch=clear at the sink once it had caught up";
        if (lost.epoch().readiness().lostInARow() >= MOST_IN_A_ROW) {
            return "This was full sync " + (MOST_IN_A_ROW + 1)
                    + " in a row that was lost before the topic was caught up:"
                    + " see whether the master keeps its binlog long enough (expire-logs-nums) and snapshot.dir is on"
                    + " storage that every worker has, then " + bySomebody + "; or reset the connector's offsets";
        }
        if (this == RESYNC_UNTIL_READY) {
            return "Going on needs a second full sync; the topic was caught up before, so resync-until-ready now"
                    + " protects the target as fail does: " + bySomebody;
        }
        String hint = lost.epoch().readiness().ready()
                ? ""
                : ". The topic was never caught up in this epoch: with on.position.lost=resync-until-ready it would begin"
                        + " again by itself";
        return "Going on needs a second full sync, which on.position.lost=fail refuses to protect the target: "
                + bySomebody + hint;
    }
}
