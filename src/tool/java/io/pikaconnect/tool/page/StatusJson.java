package io.pikaconnect.tool.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;

/** The overview and the history as JSON, the history in columns. */
final class StatusJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private StatusJson() {}

    static byte[] of(Overview overview, List<Point> history) {
        ObjectNode json = JSON.createObjectNode()
                .put("at", overview.at().toString())
                .put("pika", overview.ends().pika())
                .put("redis", overview.ends().redis())
                .put("state", overview.verdict().state().word())
                .put("headline", overview.verdict().headline())
                .put("next", overview.verdict().next());
        overview.verdict().details().forEach(json.putArray("details")::add);
        Point now = overview.now();
        put(json, "keys", now.keys());
        put(json, "lagSeconds", now.lagSeconds());
        put(json, "recordsWaiting", now.waiting());
        put(json, "lagBytes", now.lagBytes());
        put(json, "recordsPerSecond", now.records());
        put(json, "commandsPerSecond", now.commands());
        databases(json.putArray("databases"), overview);
        ArrayNode checklist = json.putArray("checklist");
        overview.checklist()
                .forEach(check -> checklist
                        .addObject()
                        .put("state", check.mark().word())
                        .put("step", check.what())
                        .put("detail", check.detail()));
        ArrayNode tasks = json.putArray("tasks");
        overview.tasks()
                .forEach(task -> tasks.addObject()
                        .put("name", task.name())
                        .put("state", task.state())
                        .put("worker", task.worker())
                        .put("doing", task.doing())
                        .put("cause", task.cause())
                        .put("remedy", task.remedy()));
        json.put("metricsKnown", overview.metricsKnown());
        ArrayNode discards = json.putArray("discards");
        overview.discards()
                .forEach(discard -> discards.addObject()
                        .put("by", discard.by())
                        .put("reason", discard.reason())
                        .put("count", discard.count()));
        json.putObject("filtered")
                .put("source", overview.filtered().changes())
                .put("sink", overview.filtered().records());
        history(json.putObject("history"), history);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void databases(ArrayNode databases, Overview overview) {
        for (DbProgress db : overview.databases()) {
            ArrayNode phases = databases.addObject().put("db", db.db()).putArray("phases");
            for (Phase phase : db.phases()) {
                ObjectNode json = phases.addObject()
                        .put("name", phase.name())
                        .put("progress", phase.progress().word())
                        .put("detail", phase.detail());
                put(json, "percent", phase.percent());
                phase.remaining().ifPresent(rest -> json.put("remainingSeconds", rest.toSeconds()));
            }
        }
    }

    private static void history(ObjectNode columns, List<Point> history) {
        ArrayNode time = columns.putArray("time");
        history.forEach(point -> time.add(point.time()));
        for (Chart chart : Chart.ALL) {
            ArrayNode values = columns.putArray(chart.id());
            history.forEach(point -> add(values, chart.value().apply(point)));
        }
    }

    private static void put(ObjectNode json, String name, OptionalDouble number) {
        number.ifPresent(value -> json.put(name, rounded(value)));
    }

    private static void add(ArrayNode values, OptionalDouble number) {
        if (number.isPresent()) {
            values.add(rounded(number.getAsDouble()));
        } else {
            values.addNull();
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
