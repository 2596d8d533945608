package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pikaconnect.pika.BinlogPosition;

/** A sample as JSON and as a line. */
final class SampleReport {

    private SampleReport() {}

    static ObjectNode json(String db, Sample sample) {
        ObjectNode json = Output.object()
                .put("db", db)
                .put("phase", sample.phase())
                .put("keys", sample.keys())
                .put("recordsWaiting", sample.waiting())
                .put("ready", sample.ready())
                .put("deadlines", sample.deadlines());
        sample.source().map(SourcePlace::resume).ifPresent(place -> json.put("inKafka", place.toString()));
        sample.masterEnd().ifPresent(end -> json.put("masterEnd", end.toString()));
        sample.lagBytes().ifPresent(bytes -> json.put("lagBytes", bytes));
        sample.lagMs().ifPresent(ms -> json.put("lagMs", ms));
        return json;
    }

    static String text(String db, Sample sample) {
        return db + ": " + sample.phase() + ", " + Words.count(sample.keys()) + " keys in Redis, Kafka has "
                + sample.source()
                        .map(SourcePlace::resume)
                        .map(BinlogPosition::toString)
                        .orElse("nothing yet")
                + sample.masterEnd().map(end -> " and Pika is at " + end).orElse("") + ", " + Words.behind(sample)
                + ", " + (sample.ready() ? "ready for the cut-over" : "not ready") + ", deadlines "
                + sample.deadlines();
    }
}
