package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The overview and the numbers of the last hour as HTML, complete without a script. */
final class PageHtml {

    private static final Template PAGE = Template.of("page.html");
    private static final Template LINE = Template.of("line.html");
    private static final Template DATABASE = Template.of("database.html");
    private static final Template PHASE = Template.of("phase.html");
    private static final Template BAR = Template.of("bar.html");
    private static final Template CHART = Template.of("chart.html");
    private static final Template HOUR = Template.of("hour.html");
    private static final Template CHECK = Template.of("check.html");
    private static final Template TASKS = Template.of("tasks.html");
    private static final Template TASK = Template.of("task.html");
    private static final Template FAILURE = Template.of("failure.html");
    private static final Template DISCARDS = Template.of("discards.html");
    private static final Template DISCARD = Template.of("discard.html");

    private static final long ROW_SECONDS = 300;

    /** What was seen longer ago is marked as old. */
    private static final Duration OLD = Duration.ofSeconds(20);

    private final Overview overview;
    private final List<Point> history;
    private final DateTimeFormatter clock;

    PageHtml(Overview overview, List<Point> history, ZoneId zone) {
        this.overview = overview;
        this.history = history;
        clock = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
    }

    Html render(Instant now) {
        Verdict verdict = overview.verdict();
        return PAGE.with(Map.ofEntries(
                Map.entry("title", Html.text(verdict.headline())),
                Map.entry("pika", Html.text(overview.ends().pika())),
                Map.entry("redis", Html.text(overview.ends().redis())),
                Map.entry("state", Html.text(verdict.state().word())),
                Map.entry("headline", Html.text(verdict.headline())),
                Map.entry("details", each(verdict.details(), this::line)),
                Map.entry(
                        "next",
                        verdict.next().isEmpty()
                                ? Html.NOTHING
                                : line((verdict.state() == State.FAILED ? "What to do: " : "Next: ") + verdict.next())),
                Map.entry(
                        "databases",
                        overview.databases().isEmpty() ? notKnownYet() : each(overview.databases(), this::database)),
                Map.entry("charts", each(Chart.ALL, this::chart)),
                Map.entry("waiting", Html.text(Numbers.count(overview.now().waiting()))),
                Map.entry("lag-bytes", Html.text(Numbers.bytes(overview.now().lagBytes()))),
                Map.entry("hour", hour()),
                Map.entry("checks", each(overview.checklist(), this::check)),
                Map.entry("tasks", tasks()),
                Map.entry("discards", discards()),
                Map.entry("age", age(now)),
                Map.entry("at", Html.text(overview.at().toString())),
                Map.entry("clock", Html.text(clock.format(overview.at())))));
    }

    private static <T> Html each(Collection<T> parts, Function<T, Html> render) {
        return Html.all(parts.stream().map(render).toList());
    }

    private Html line(String text) {
        return LINE.with(Map.of("text", Html.text(text)));
    }

    private Html age(Instant now) {
        Duration age = Duration.between(overview.at(), now);
        return age.compareTo(OLD) > 0
                ? line("Seen " + Words.time(age) + " ago: Connect, Pika or Redis answers slowly, or not at all.")
                : Html.NOTHING;
    }

    private Html database(DbProgress db) {
        return DATABASE.with(Map.of(
                "db", Html.text(db.db()), "phases", each(db.phases(), phase -> phase(db.db(), phase))));
    }

    private Html phase(String db, Phase phase) {
        return PHASE.with(Map.of(
                "progress", Html.text(phase.progress().word()),
                "words", Html.text(phase.progress().words()),
                "name", Html.text(phase.name()),
                "bar",
                        phase.percent().isPresent()
                                ? bar(
                                        db + " " + phase.name(),
                                        Math.floor(phase.percent().getAsDouble()))
                                : Html.NOTHING,
                "remaining",
                        phase.remaining()
                                .map(rest -> Html.text("about " + Words.time(rest) + " left"))
                                .orElse(Html.NOTHING),
                "detail", Html.text(phase.detail())));
    }

    private Html bar(String label, double percent) {
        return BAR.with(Map.of("label", Html.text(label), "percent", Html.number((long) percent)));
    }

    private Html chart(Chart chart) {
        String range = chart.range(history);
        return CHART.with(Map.of(
                "id", Html.text(chart.id()),
                "title", Html.text(chart.title()),
                "now", Html.text(chart.now(overview.now())),
                "range", Html.text(range.isEmpty() ? "" : "last hour: " + range)));
    }

    /** The last point of each five minutes, the newest first. */
    private Html hour() {
        List<Html> rows = new ArrayList<>();
        long shown = Long.MAX_VALUE;
        for (int i = history.size() - 1; i >= 0; i--) {
            Point point = history.get(i);
            if (point.time() / ROW_SECONDS < shown) {
                shown = point.time() / ROW_SECONDS;
                rows.add(HOUR.with(Map.of(
                        "clock", Html.text(clock.format(Instant.ofEpochSecond(point.time()))),
                        "keys", Html.text(Numbers.count(point.keys())),
                        "lag", Html.text(Numbers.seconds(point.lagSeconds())),
                        "records", Html.text(Numbers.count(point.records())),
                        "commands", Html.text(Numbers.count(point.commands())))));
            }
        }
        return Html.all(rows);
    }

    private Html check(Check check) {
        return CHECK.with(Map.of(
                "mark", Html.text(check.mark().word()),
                "words", Html.text(check.mark().words()),
                "what", Html.text(check.what()),
                "detail", Html.text(check.detail())));
    }

    private Html notKnownYet() {
        return line("Not known yet.");
    }

    private Html tasks() {
        return overview.tasks().isEmpty()
                ? notKnownYet()
                : TASKS.with(Map.of("rows", each(overview.tasks(), this::task)));
    }

    private Html task(TaskState task) {
        return TASK.with(Map.of(
                "state", Html.text(task.state().toLowerCase(Locale.ROOT)),
                "name", Html.text(task.name()),
                "worker", Html.text(task.worker()),
                "doing", Html.text(task.doing()),
                "failure",
                        task.cause().isEmpty()
                                ? Html.NOTHING
                                : FAILURE.with(Map.of(
                                        "cause", Html.text(task.cause()),
                                        "remedy", Html.text(task.remedy().isEmpty() ? "–" : task.remedy())))));
    }

    private Html discards() {
        if (overview.tasks().isEmpty()) {
            return notKnownYet();
        }
        if (!overview.metricsKnown()) {
            return line("Not known: no task runs, or the metrics in the worker's JVM cannot be read from here.");
        }
        return Html.all(List.of(
                overview.discards().isEmpty()
                        ? line("No discards since the tasks started.")
                        : DISCARDS.with(Map.of("rows", each(overview.discards(), this::discard))),
                filtered(overview.filtered())));
    }

    private Html filtered(Filtered filtered) {
        return filtered.isNothing()
                ? Html.NOTHING
                : line("Left out by keys.include, keys.exclude and types.include: " + Words.count(filtered.changes())
                        + " changes by the source, something of " + Words.count(filtered.records())
                        + " records by the sink.");
    }

    private Html discard(Discard discard) {
        return DISCARD.with(Map.of(
                "by", Html.text(discard.by()),
                "reason", Html.text(discard.reason()),
                "count", Html.text(Words.count(discard.count()))));
    }
}
