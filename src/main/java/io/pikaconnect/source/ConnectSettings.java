package io.pikaconnect.source;

import io.pikaconnect.settings.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Connect's own settings of a source, as far as they decide how the topic is made and whether records reach it whole. */
final class ConnectSettings {

    private static final String CREATION = "topic.creation.default.";
    private static final String PRODUCER = "producer.override.";

    /** What a request has besides its record. */
    private static final int OVERHEAD = 1_024;

    /** The producer's default of max.request.size. */
    private static final long KAFKAS_MAX_REQUEST = 1 << 20;

    private final Map<String, String> settings;
    private final Problems problems;

    private ConnectSettings(Map<String, String> settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    static void check(Map<String, String> settings, Problems problems) {
        ConnectSettings connect = new ConnectSettings(settings, problems);
        connect.topicCreation();
        connect.delivery();
        connect.producer();
    }

    /** A source cannot ask for a partition count, and a send to a missing partition blocks for ever. */
    private void topicCreation() {
        if (Boolean.parseBoolean(get(PikaSourceConfig.TOPIC_EXISTING, "false"))) {
            return;
        }
        Map<String, String> needed = new LinkedHashMap<>();
        needed.put("partitions", get(PikaSourceConfig.TOPIC_PARTITIONS, "1"));
        needed.put("retention.ms", "-1");
        needed.put("retention.bytes", "-1");
        needed.put("cleanup.policy", "delete");
        needed.forEach((name, value) -> {
            String given = settings.get(CREATION + name);
            if (given == null || !value.equals(given.strip())) {
                problems.add(
                        CREATION + name,
                        "Connect makes the topic as these settings say, so " + CREATION + name + " must be " + value
                                + ", but "
                                + (given == null ? "is missing" : "is " + given)
                                + "; or make the topic by hand and set topic.existing=true");
            }
        });
        if (!get("topic.creation.groups", "").isBlank()) {
            problems.add(
                    "topic.creation.groups",
                    "topic.creation.groups could give the topic other partitions or a finite retention; remove it");
        }
        if (!settings.containsKey(CREATION + "replication.factor")) {
            problems.add(
                    CREATION + "replication.factor",
                    CREATION
                            + "replication.factor is missing (-1 for the broker's default): without it Connect ignores the"
                            + " other topic.creation.default settings");
        }
    }

    private void delivery() {
        if ("interval".equals(get("transaction.boundary", ""))) {
            problems.add(
                    "transaction.boundary",
                    "interval keeps the master waiting for its acknowledgements; use connector");
        }
        if ("all".equals(get("errors.tolerance", ""))) {
            problems.add("errors.tolerance", "all would drop records on their way to Kafka; leave it at none");
        }
    }

    /** Connect's own defaults are right: all replicas acknowledge, one request at a time, no limit of time. */
    private void producer() {
        String acks = get(PRODUCER + "acks", "all");
        if (!acks.equals("all") && !acks.equals("-1")) {
            problems.add(
                    PRODUCER + "acks",
                    "with acks=" + acks
                            + " a record that was acknowledged may be lost when a broker fails, and the master"
                            + " forgets what was acknowledged; remove it (all)");
        }
        boolean idempotent = Boolean.parseBoolean(get(PRODUCER + "enable.idempotence", "false"));
        if (!idempotent && number(PRODUCER + "max.in.flight.requests.per.connection", 1) > 1) {
            problems.add(
                    PRODUCER + "max.in.flight.requests.per.connection",
                    "more than one request at a time puts records out of order when one is repeated; remove it, or set "
                            + PRODUCER + "enable.idempotence=true, too");
        }
        long largest = number(PikaSourceConfig.RECORD_MAX_BYTES, SourceSettings.RECORD_MAX_BYTES_DEFAULT);
        if (number(PRODUCER + "max.request.size", Long.MAX_VALUE) < largest + OVERHEAD) {
            problems.add(
                    PRODUCER + "max.request.size",
                    "records may have record.max.bytes=" + largest
                            + ", which a request of this size does not hold; set it to " + (largest + OVERHEAD)
                            + " or more, or lower record.max.bytes");
        } else if (!settings.containsKey(PRODUCER + "max.request.size") && largest + OVERHEAD > KAFKAS_MAX_REQUEST) {
            problems.add(
                    PikaSourceConfig.RECORD_MAX_BYTES,
                    "the producer sends no record above max.request.size=" + KAFKAS_MAX_REQUEST + " as installed; set "
                            + PRODUCER + "max.request.size to " + (largest + OVERHEAD)
                            + " or more and the topic's max.message.bytes likewise, or lower record.max.bytes");
        }
    }

    private String get(String name, String otherwise) {
        return settings.getOrDefault(name, otherwise).strip();
    }

    /** What is no number is for others to complain of. */
    private long number(String name, long otherwise) {
        String text = get(name, "");
        return (text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty())
                .orElse(otherwise);
    }
}
