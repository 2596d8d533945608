package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommitsTest {

    private static final Duration AFTER = Duration.ofNanos(100);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // nanoTime may overflow
    private final Commits commits = new Commits(now::get);

    @Test
    void beforeTheFirstCommitThereIsNothingToWaitFor() {
        assertThat(commits.rest(AFTER)).isZero();
    }

    @Test
    void theRestShrinksUntilItIsOver() {
        commits.happened();
        assertThat(commits.rest(AFTER)).isEqualTo(AFTER);
        now.addAndGet(60);
        assertThat(commits.rest(AFTER)).isEqualTo(Duration.ofNanos(40));
        now.addAndGet(60);
        assertThat(commits.rest(AFTER)).isZero();
    }

    @Test
    void eachCommitBeginsItAgain() {
        commits.happened();
        now.addAndGet(60);
        commits.happened();
        assertThat(commits.rest(AFTER)).isEqualTo(AFTER);
        assertThat(commits.count()).isEqualTo(2);
    }
}
