package io.pikaconnect.sink;

/** What waits to be done for a partition, in the order of its records. */
sealed interface Work permits Batch, BarrierRecord, WriterCheck {

    /** What it holds in memory, about. */
    long bytes();

    /** When the first of it came, by the task's clock. */
    long sinceNanos();
}
