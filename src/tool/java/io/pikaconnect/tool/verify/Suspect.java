package io.pikaconnect.tool.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A key that differed when it was looked at first, and what both sides had of it in each round since. */
final class Suspect {

    /** Both sides as of one round: Pika is read before Redis and after it. */
    private record Round(KeyContent before, KeyContent redis, KeyContent after, long atMs) {}

    /** A key that stays as it is for so many rounds is one that nobody writes to. */
    private static final int STILL = 3;

    private final ReplicatedKeys.Name name;
    private final List<Round> rounds = new ArrayList<>();

    Suspect(ReplicatedKeys.Name name) {
        this.name = name;
    }

    ReplicatedKeys.Name name() {
        return name;
    }

    /** Notes a round; the answer is whether Redis had in it what Pika had. */
    boolean settles(KeyContent before, KeyContent redis, KeyContent after, long atMs) {
        rounds.add(new Round(before, redis, after, atMs));
        if (rounds.size() > STILL) {
            rounds.remove(0);
        }
        return isSame(before, redis) || isSame(after, redis);
    }

    /** Whether Redis should have it as Pika had it at that moment. */
    private static boolean isSame(KeyContent pika, KeyContent redis) {
        if (!pika.exists()) {
            return !redis.exists() || isOver(redis);
        }
        return Comparison.difference(pika, redis).isEmpty();
    }

    /** Pika does not have the key any more when its time is over; Redis has it a little longer. */
    static boolean isOver(KeyContent redis) {
        return redis.remainingMs().isPresent() && redis.remainingMs().getAsLong() <= Comparison.SLACK_MS;
    }

    /** Redis stays as it is, and Pika never had that while it did. */
    boolean isDifferent() {
        Round last = last();
        return rounds.stream()
                .allMatch(round -> isStill(round.redis, round.atMs, last.redis, last.atMs)
                        && !isSame(round.before, last.redis)
                        && !isSame(round.after, last.redis));
    }

    private static boolean isStill(KeyContent earlier, long atMs, KeyContent later, long laterMs) {
        return earlier.hasSameValueAs(later)
                && Comparison.close(end(earlier.remainingMs(), atMs), end(later.remainingMs(), laterMs));
    }

    private static OptionalLong end(OptionalLong remainingMs, long atMs) {
        return remainingMs.isPresent() ? OptionalLong.of(remainingMs.getAsLong() + atMs) : remainingMs;
    }

    Difference difference(boolean values) {
        Round last = last();
        return Difference.of(name.shown(), last.after, last.redis, values);
    }

    private Round last() {
        return rounds.get(rounds.size() - 1);
    }
}
