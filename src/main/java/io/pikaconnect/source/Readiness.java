package io.pikaconnect.source;

/**
 * Whether applications may already have been given the data of an epoch, as far as a source can tell: as long as
 * everything it handed over was older than a minute no sink can have been caught up, and nobody depends on the target.
 *
 * @param ready whether something younger was handed over in this epoch; from then on it stays so
 * @param lostInARow how many epochs before this one ended without having been ready, each followed by the next by itself
 */
record Readiness(boolean ready, int lostInARow) {

    /** Of an epoch that somebody asked for. */
    static final Readiness START = new Readiness(false, 0);

    Readiness reached() {
        return new Readiness(true, 0);
    }

    /** Of the epoch that follows this one by itself. */
    Readiness afterLoss() {
        return new Readiness(false, lostInARow + 1);
    }
}
