package io.pikaconnect.sink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The work of a partition that waits for its sender, in the order of the records. Guarded by the partition, but for
 * {@link #bytes}, which any thread may read.
 */
final class WorkQueue {

    /** Work that has waited for so long waits for more than the step that is being run. */
    private static final long WAITS_NANOS = 1_000_000_000L;

    private final int mostCommands;
    private final int mostBytes;
    private final Deque<Work> queue = new ArrayDeque<>();
    private boolean headTaken;
    private boolean hasBarrier;
    private volatile long bytes;

    /**
     * @param mostCommands in a batch
     * @param mostBytes in a batch; one record may have more
     */
    WorkQueue(int mostCommands, int mostBytes) {
        this.mostCommands = mostCommands;
        this.mostBytes = mostBytes;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(Work work) {
        queue.add(work);
        hasBarrier |= work instanceof BarrierRecord;
    }

    /** Counts the bytes of a record that was added. */
    void grow(long more) {
        bytes += more;
    }

    /** The batch at the end that takes a record of so many commands; empty if a new one is needed. */
    Optional<Batch> openBatch(int commands) {
        return queue.peekLast() instanceof Batch last
                        && !(headTaken && queue.size() == 1)
                        && last.commands() + commands <= mostCommands
                        && last.size() < mostCommands
                        && last.payload() < mostBytes
                ? Optional.of(last)
                : Optional.empty();
    }

    /** Whether the next work is a barrier, or needs what another partition has not given yet. */
    boolean headWaitsForOthers() {
        Work head = queue.peekFirst();
        return head instanceof BarrierRecord
                || head instanceof Batch batch && batch.shareWait().isPresent();
    }

    /** The next work, to which nothing is added any more; it stays at the head until {@link #done} or {@link #replace}. */
    Work take() {
        headTaken = true;
        return queue.element();
    }

    Optional<Work> head() {
        return Optional.ofNullable(queue.peek());
    }

    /** Which epoch is of which writer, if what is next starts an epoch and that was decided. */
    Optional<String> epochWriters() {
        return queue.peek() instanceof BarrierRecord barrier ? barrier.epochWriters() : Optional.empty();
    }

    /** Whether what is next waited for another partition, and need not wait any longer. */
    boolean isHeadWoken() {
        return head().filter(w -> w instanceof Batch batch && batch.isWoken()).isPresent();
    }

    boolean isHead(Work work) {
        return queue.peek() == work;
    }

    void done(Work head) {
        queue.remove();
        bytes = queue.isEmpty() ? 0 : bytes - head.bytes();
        headTaken = false;
        hasBarrier = queue.stream().anyMatch(w -> w instanceof BarrierRecord);
    }

    void replace(Work head, Work rest) {
        queue.remove();
        queue.addFirst(rest);
        bytes += rest.bytes() - head.bytes();
    }

    void replaceAll(Work head, List<? extends Work> rest) {
        queue.remove();
        long left = 0;
        for (int i = rest.size() - 1; i >= 0; i--) {
            queue.addFirst(rest.get(i));
            left += rest.get(i).bytes();
        }
        bytes += left - head.bytes();
    }

    void clear() {
        queue.clear();
        headTaken = false;
        hasBarrier = false;
        bytes = 0;
    }

    /** Whether a barrier waits; nothing after it is worth reading yet. */
    boolean hasBarrier() {
        return hasBarrier;
    }

    /** Whether the work at the head is all there is: what follows it came only just now. */
    boolean isDrained(long now) {
        return queue.stream().skip(1).noneMatch(w -> now - w.sinceNanos() > WAITS_NANOS);
    }

    long bytes() {
        return bytes;
    }
}
