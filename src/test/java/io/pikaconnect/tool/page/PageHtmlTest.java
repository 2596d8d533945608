package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageHtmlTest {

    private static final Assessment ASSESSMENT = new Assessment(FakeSight.ENDS);

    private static String page(FakeSight sight, Instant now) {
        Overview overview = ASSESSMENT.of(sight.seen());
        return new PageHtml(overview, List.of(overview.now()), ZoneOffset.UTC)
                .render(now)
                .markup();
    }

    private static String page(FakeSight sight) {
        return page(sight, FakeSight.NOON);
    }

    /** What is between the tags. */
    private static String text(String page) {
        return page.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").replace("&#39;", "'");
    }

    @Test
    void theNumbersAreThereWithoutAScript() {
        assertThat(text(page(FakeSight.snapshot())))
                .contains(
                        "Pika 10.0.0.5:9221 → to Redis 10.0.0.6:6379",
                        "Snapshot, 60 %",
                        "30,000 of about 50,000 keys read",
                        "about 1 min 35 s left",
                        "Keys in Redis 12,000",
                        "Records/s into Redis 8,123",
                        "Commands/s of Redis 12,346",
                        "Waiting in Kafka: 2,500 records",
                        "pika-source, task 0",
                        "12:00:00");
        assertThat(page(FakeSight.snapshot()))
                .contains(
                        "<progress max=\"100\" value=\"60\" aria-label=\"db0 Snapshot\">",
                        "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>");
    }

    @Test
    void whatComesFromElsewhereIsTextAndNeverMarkup() {
        String page = page(FakeSight.ready()
                .failed("key <script>alert(1)</script>\"' & \u202Eabc\u0007: wrong. Remove <b>it</b>")
                .other(
                        "sink-discards",
                        Map.of("connector", "redis-sink", "reason", "<img src=x onerror=alert(1)>"),
                        Map.of("discards", "1")));
        assertThat(page)
                .doesNotContain("<script>alert", "<img", "<b>it", "\u202E", "\u0007")
                .contains(
                        "key &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; &amp; \\u202eabc\\u0007: wrong",
                        "Remove &lt;b&gt;it&lt;/b&gt;",
                        "&lt;img src=x onerror=alert(1)&gt;");
    }

    @Test
    void aFailedTaskHasItsCauseAndWhatToDo() {
        assertThat(text(page(FakeSight.ready().failed("pika.db0-0: Records are missing. Do this"))))
                .contains(
                        "redis-sink, task 0 has failed",
                        "What to do: Do this",
                        "Cause pika.db0-0: Records are missing What to do Do this");
    }

    @Test
    void theChecklistNamesWhatIsMetInWords() {
        assertThat(text(page(FakeSight.ready())))
                .contains(
                        "ok Both connectors run",
                        "ok The sink is ready",
                        "to do The sink is configured for the end set expiry.mode=native, set rebuild=never",
                        "waits Redis acts on all deadlines by itself they are held");
    }

    @Test
    void discardsThatCannotBeSeenAreNotShownAsNone() {
        assertThat(text(page(FakeSight.ready())))
                .contains("No discards since the tasks started.")
                .doesNotContain("left out", "Left out", "exactly");
        assertThat(text(page(FakeSight.ready().withoutMetrics())))
                .contains("Not known: no task runs, or the metrics in the worker's JVM cannot be read")
                .doesNotContain("No discards");
        assertThat(text(page(FakeSight.cutOver())))
                .contains("Not known: no task runs")
                .doesNotContain("No discards");
    }

    @Test
    void whatASelectionLeavesOutIsShownBesideTheDiscards() {
        FakeSight sight = FakeSight.ready()
                .metric("filtered", "5000")
                .other("sink", Map.of("connector", "redis-sink", "task", "0"), Map.of("filtered", "2"))
                .other("sink", Map.of("connector", "redis-sink", "task", "1"), Map.of("filtered", "1"));
        assertThat(text(page(sight)))
                .contains(
                        "No discards since the tasks started.",
                        "Left out by keys.include, keys.exclude and types.include: 5,000 changes by the source,"
                                + " something of 3 records by the sink.");
        assertThat(text(page(sight.other(
                        "sink-discards",
                        Map.of("connector", "redis-sink", "reason", "wrong.type"),
                        Map.of("discards", "1")))))
                .contains("wrong.type", "5,000 changes")
                .doesNotContain("No discards");
    }

    @Test
    void onlyTheHeadlineIsAnnouncedToAScreenReader() {
        assertThat(page(FakeSight.ready()))
                .containsOnlyOnce("role=\"status\"")
                .contains("role=\"status\" data-live>Ready for the cut-over</span></h2>");
    }

    @Test
    void whatWasSeenLongAgoIsMarked() {
        assertThat(page(FakeSight.ready(), FakeSight.NOON.plusSeconds(19))).doesNotContain(" s ago:");
        assertThat(page(FakeSight.ready(), FakeSight.NOON.plusSeconds(65)))
                .contains("Seen 1 min 5 s ago: Connect, Pika or Redis answers slowly");
    }

    @Test
    void theTableOfTheHourHasARowForEachFiveMinutesTheNewestFirst() {
        List<Point> points =
                List.of(HistoryTest.point(1_000, 10), HistoryTest.point(1_190, 20), HistoryTest.point(1_210, 30));
        String page = new PageHtml(ASSESSMENT.of(FakeSight.ready().seen()), points, ZoneOffset.UTC)
                .render(FakeSight.NOON)
                .markup();
        assertThat(text(page.substring(page.indexOf("<tbody id=\"hour\""), page.indexOf("</details>"))))
                .startsWith(" 00:20:10 30 1.0 s 3 4 00:19:50 20 ")
                .doesNotContain("00:16:40");
    }
}
