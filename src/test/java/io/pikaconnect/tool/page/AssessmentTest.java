package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class AssessmentTest {

    private final Assessment assessment = new Assessment(FakeSight.ENDS);

    private Overview of(FakeSight sight) {
        return assessment.of(sight.seen());
    }

    /** The overview of the last of some moments, a second apart. */
    private Overview after(int seconds, IntFunction<FakeSight> sights) {
        for (int i = 0; i < seconds; i++) {
            of(sights.apply(i).at(FakeSight.NOON.plusSeconds(i)));
        }
        return of(sights.apply(seconds).at(FakeSight.NOON.plusSeconds(seconds)));
    }

    private static List<String> progress(Overview overview) {
        return overview.databases().get(0).phases().stream()
                .map(phase -> phase.name() + " " + phase.progress().words())
                .toList();
    }

    private static Phase phase(Overview overview, String name) {
        return overview.databases().get(0).phases().stream()
                .filter(phase -> phase.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Check.Mark mark(Overview overview, String step) {
        return overview.checklist().stream()
                .filter(check -> check.what().startsWith(step))
                .findFirst()
                .orElseThrow()
                .mark();
    }

    @Test
    void beforeTheConnectorsAreThereItStarts() {
        Overview starting = assessment.starting(FakeSight.NOON);
        assertThat(starting.verdict().headline()).isEqualTo("Starting");
        assertThat(starting.databases()).isEmpty();
        assertThat(starting.checklist()).noneMatch(check -> check.mark() == Check.Mark.OK);
    }

    @Test
    void whilePikaMakesItsDumpTheFullSyncIsInProgressWithoutPercent() {
        Overview overview = of(FakeSight.waiting());
        assertThat(progress(overview))
                .containsExactly("Full sync in progress", "Snapshot not yet", "Catch-up not yet", "Binlog not yet");
        assertThat(phase(overview, "Full sync").percent()).isEmpty();
        assertThat(overview.verdict().state()).isEqualTo(State.WORKING);
        assertThat(overview.verdict().headline()).isEqualTo("Full sync");
    }

    @Test
    void aPikaThatDoesNotAnswerIsWaitedForWithTheReason() {
        Overview overview = of(FakeSight.waiting()
                .metric("connected", "0")
                .metric("last-connection-failure", "10.0.0.5:9221: Connection refused"));
        assertThat(overview.verdict().state()).isEqualTo(State.WAITING);
        assertThat(overview.verdict().headline()).isEqualTo("Waiting for Pika 10.0.0.5:9221");
        assertThat(overview.verdict().details()).containsExactly("not connected: 10.0.0.5:9221: Connection refused");
    }

    @Test
    void theFullSyncHasItsFilesAndTheTimeThatItStillTakesAtTheSpeedOfTheLastMinute() {
        Overview overview = after(20, second -> FakeSight.fullSync(second, 100));
        Phase fullSync = phase(overview, "Full sync");
        assertThat(fullSync.percent()).hasValue(20);
        assertThat(fullSync.remaining()).contains(Duration.ofSeconds(80));
        assertThat(fullSync.detail()).isEqualTo("20 of 100 files, 100.0 MB");
        assertThat(overview.verdict().headline()).isEqualTo("Full sync, 20 %");
        assertThat(overview.verdict().details()).contains("About 1 min 20 s left in this phase.");
    }

    @Test
    void theSnapshotHasThePercentAndTheTimeThatTheSourceEstimates() {
        Overview overview = of(FakeSight.snapshot());
        assertThat(progress(overview))
                .containsExactly(
                        "Full sync complete", "Snapshot in progress", "Catch-up in progress", "Binlog not yet");
        Phase snapshot = phase(overview, "Snapshot");
        assertThat(snapshot.percent()).hasValue(60);
        assertThat(snapshot.remaining()).contains(Duration.ofSeconds(95));
        assertThat(snapshot.detail()).isEqualTo("30,000 of about 50,000 keys read");
        assertThat(overview.verdict().headline()).isEqualTo("Snapshot, 60 %");
    }

    @Test
    void withoutTheWorkersMetricsThePhasesAreThereAndThePercentIsNot() {
        Overview overview = of(FakeSight.snapshot().withoutMetrics());
        assertThat(phase(overview, "Snapshot").isActive()).isTrue();
        assertThat(phase(overview, "Snapshot").percent()).isEmpty();
        assertThat(overview.metricsKnown()).isFalse();
        assertThat(overview.verdict().headline()).isEqualTo("Snapshot");
    }

    @Test
    void whileRedisCatchesUpTheRecordsThatWaitForetellWhenItWillHave() {
        Overview overview = after(10, second -> FakeSight.catchingUp(3_000 - 100L * second));
        assertThat(progress(overview))
                .containsExactly("Full sync complete", "Snapshot complete", "Catch-up in progress", "Binlog not yet");
        assertThat(phase(overview, "Catch-up").remaining()).contains(Duration.ofSeconds(20));
        assertThat(overview.verdict().headline()).isEqualTo("Redis is catching up");
    }

    @Test
    void aBacklogThatGrowsForetellsNothing() {
        Overview overview = after(10, second -> FakeSight.catchingUp(3_000 + 100L * second));
        assertThat(phase(overview, "Catch-up").remaining()).isEmpty();
    }

    @Test
    void onceTheSinkIsReadyTheCutOverCanBegin() {
        Overview overview = of(FakeSight.ready());
        assertThat(progress(overview))
                .containsExactly("Full sync complete", "Snapshot complete", "Catch-up complete", "Binlog in progress");
        assertThat(overview.verdict().state()).isEqualTo(State.READY);
        assertThat(overview.verdict().next()).contains("pika2redis cutover --dry-run");
        assertThat(mark(overview, "Both connectors run")).isEqualTo(Check.Mark.OK);
        assertThat(mark(overview, "The sink is ready")).isEqualTo(Check.Mark.OK);
        assertThat(mark(overview, "The sink is configured")).isEqualTo(Check.Mark.TODO);
        assertThat(mark(overview, "Redis acts on all deadlines")).isEqualTo(Check.Mark.WAITS);
        assertThat(overview.checklist())
                .anySatisfy(check -> assertThat(check.detail()).isEqualTo("set expiry.mode=native, set rebuild=never"));
    }

    @Test
    void theWritersHaveStoppedOncePikasBinlogHasNotGrownForFiveSeconds() {
        assertThat(mark(of(FakeSight.ready()), "The applications have stopped")).isEqualTo(Check.Mark.TODO);
        Overview later = after(6, second -> FakeSight.ready());
        assertThat(mark(later, "The applications have stopped")).isEqualTo(Check.Mark.OK);
        assertThat(later.checklist())
                .anySatisfy(check -> assertThat(check.detail()).isEqualTo("its binlog has not grown for 6 s"));
    }

    @Test
    void onceBothAreStoppedAndRedisHasEverythingItIsDone() {
        Overview overview = of(FakeSight.cutOver());
        assertThat(overview.verdict().state()).isEqualTo(State.DONE);
        assertThat(overview.verdict().next()).contains("Redis 10.0.0.6:6379", "pika2redis cleanup");
        assertThat(progress(overview)).contains("Binlog complete");
        assertThat(overview.checklist())
                .extracting(Check::mark)
                .containsExactly(Check.Mark.OK, Check.Mark.OK, Check.Mark.TODO);
    }

    @Test
    void afterTheCutOverPikaMayBeSwitchedOff() {
        of(FakeSight.cutOver());
        Overview overview = of(FakeSight.cutOver().withoutPika());
        assertThat(overview.verdict().headline()).isEqualTo("Cut over");
        assertThat(progress(overview)).contains("Catch-up complete", "Binlog complete");
        assertThat(overview.checklist())
                .extracting(Check::mark)
                .containsExactly(Check.Mark.OK, Check.Mark.OK, Check.Mark.TODO);
        of(FakeSight.cutOver().away("Redis 10.0.0.6:6379 cannot be asked (refused): see that it runs"));
        assertThat(of(FakeSight.cutOver().withoutPika()).verdict().headline()).isEqualTo("Cut over");
    }

    @Test
    void aPikaThatWasOffAllTheTimeIsNotTakenForCutOver() {
        assertThat(of(FakeSight.cutOver().withoutPika()).verdict().state()).isEqualTo(State.WAITING);
    }

    @Test
    void whatWasCutOverIsNotOnceItRunsAgainOrIsFilledAgain() {
        of(FakeSight.cutOver());
        assertThat(of(FakeSight.cutOver().epoch(8).withoutPika()).verdict().state())
                .isEqualTo(State.WAITING);
        of(FakeSight.cutOver());
        of(FakeSight.ready());
        assertThat(of(FakeSight.cutOver().withoutPika()).verdict().state()).isEqualTo(State.WAITING);
    }

    @Test
    void aPikaThatDoesNotAnswerIsNamedWithoutTheWorkersMetrics() {
        Overview overview = of(FakeSight.catchingUp(0).withoutPika().withoutMetrics());
        assertThat(overview.verdict().state()).isEqualTo(State.WAITING);
        assertThat(overview.verdict().headline()).isEqualTo("Pika 10.0.0.5:9221 cannot be asked");
        assertThat(of(FakeSight.catchingUp(0).withoutMetrics()).verdict().state())
                .isEqualTo(State.WORKING);
        assertThat(of(FakeSight.catchingUp(0).withoutPika()).verdict().state()).isEqualTo(State.WORKING);
    }

    @Test
    void aFailureWithoutARemedyPromisesNoMoreThanThatTheTaskContinues() {
        assertThat(of(FakeSight.ready().failed("OutOfMemoryError: Java heap space"))
                        .verdict()
                        .next())
                .isEqualTo("Restart the task once the cause is fixed; it continues where it was.");
    }

    @Test
    void aSinkThatIsStoppedByItselfIsWaitedForWithWhatResumesIt() {
        Overview overview = of(FakeSight.ready().sink("STOPPED"));
        assertThat(overview.verdict().state()).isEqualTo(State.WAITING);
        assertThat(overview.verdict().headline()).isEqualTo("redis-sink is STOPPED and has no task");
        assertThat(overview.verdict().next()).contains("/connectors/redis-sink/resume");
    }

    @Test
    void aTaskThatHasFailedIsTheVerdictWithCauseAndRemedy() {
        Overview overview = of(FakeSight.ready()
                .failed("pika.db0-0, offset 17: Redis answers ERR value is not an integer. Set on.conflict=skip, and"
                        + " restart the task. Or correct the value"));
        assertThat(overview.verdict().state()).isEqualTo(State.FAILED);
        assertThat(overview.verdict().headline()).isEqualTo("redis-sink, task 0 has failed");
        TaskState sink = overview.tasks().get(1);
        assertThat(sink.cause()).isEqualTo("pika.db0-0, offset 17: Redis answers ERR value is not an integer");
        assertThat(sink.remedy()).isEqualTo("Set on.conflict=skip, and restart the task. Or correct the value");
        assertThat(overview.verdict().details()).containsExactly(sink.cause());
        assertThat(overview.verdict().next()).isEqualTo(sink.remedy());
        assertThat(mark(overview, "Both connectors run")).isEqualTo(Check.Mark.WAITS);
    }

    @Test
    void aRedisThatIsAwayLeavesTheTasksAndTheirStateOnThePage() {
        Overview overview =
                of(FakeSight.ready().away("Redis 10.0.0.6:6379 cannot be asked (refused): see that it runs"));
        assertThat(overview.verdict().headline()).isEqualTo("Redis cannot be asked");
        assertThat(overview.verdict().details())
                .containsExactly("Redis 10.0.0.6:6379 cannot be asked (refused): see that it runs");
        assertThat(overview.tasks()).extracting(TaskState::state).containsExactly("RUNNING", "RUNNING");
        assertThat(overview.now().keys()).isEmpty();
    }

    @Test
    void aRedisThatMayHaveEndedKeysTooEarlyIsNotReady() {
        Overview overview = of(FakeSight.catchingUp(0)
                .other("sink", Map.of("connector", "redis-sink", "task", "0"), Map.of("stale", "1")));
        assertThat(overview.verdict().headline()).startsWith("Not ready");
        assertThat(overview.verdict().next()).contains("on.long.absence");
    }

    @Test
    void discardsAreAddedUpByReason() {
        Overview overview = of(FakeSight.ready()
                .other(
                        "source-discards",
                        Map.of("connector", "pika-source", "reason", "hyperloglog"),
                        Map.of("discards", "3"))
                .other(
                        "sink-discards",
                        Map.of("connector", "redis-sink", "task", "0", "reason", "wrong.type"),
                        Map.of("discards", "2"))
                .other(
                        "sink-discards",
                        Map.of("connector", "redis-sink", "task", "1", "reason", "wrong.type"),
                        Map.of("discards", "5")));
        assertThat(overview.discards())
                .containsExactly(new Discard("sink", "wrong.type", 7), new Discard("source", "hyperloglog", 3));
    }
}
