package io.pikaconnect.settings;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings that have no effect, since they are misspelled or belong to the other connector. Connect accepts any, and
 * other tools add their own, so only those are refused that resemble a known one, or that start as ours do.
 */
public final class UnknownSettings {

    /** First words of the settings of both connectors. */
    private static final Set<String> OURS = Set.of(
            "pika",
            "redis",
            "replica",
            "topic",
            "record",
            "key",
            "keys",
            "types",
            "snapshot",
            "pull",
            "push",
            "hold",
            "on",
            "sync",
            "expiry",
            "hole",
            "sink",
            "script",
            "ledger",
            "rebuild",
            "validate");

    /** Settings of a connector that Connect itself reads. */
    private static final Set<String> OF_CONNECT = Set.of(
            "name",
            "connector.class",
            "connector.plugin.version",
            "tasks.max",
            "tasks.max.enforce",
            "key.converter",
            "key.converter.plugin.version",
            "value.converter",
            "value.converter.plugin.version",
            "header.converter",
            "header.converter.plugin.version",
            "transforms",
            "predicates",
            "config.action.reload",
            "errors.retry.timeout",
            "errors.retry.delay.max.ms",
            "errors.tolerance",
            "errors.log.enable",
            "errors.log.include.messages");

    private static final Set<String> OF_A_SINK = Set.of(
            "topics",
            "topics.regex",
            "errors.deadletterqueue.topic.name",
            "errors.deadletterqueue.topic.replication.factor",
            "errors.deadletterqueue.context.headers.enable");

    private static final Set<String> OF_A_SOURCE = Set.of(
            "topic.creation.groups",
            "topic.creation.default.partitions",
            "topic.creation.default.replication.factor",
            "topic.creation.default.cleanup.policy",
            "topic.creation.default.retention.ms",
            "topic.creation.default.retention.bytes",
            "exactly.once.support",
            "transaction.boundary",
            "transaction.boundary.interval.ms",
            "offsets.storage.topic");

    /** Prefixes of the settings of converters, transformations, and topics that Connect creates. */
    private static final Set<String> OPEN = Set.of(
            "key.converter.", "value.converter.", "header.converter.", "transforms.", "predicates.", "topic.creation.");

    /** Settings of Kafka's clients, by their prefix. */
    private static final Map<String, Set<String>> OF_CLIENTS = Map.of(
            "producer.override.", ProducerConfig.configNames(),
            "consumer.override.", ConsumerConfig.configNames(),
            "admin.override.", AdminClientConfig.configNames(),
            "kafka.", both(AdminClientConfig.configNames(), ConsumerConfig.configNames()));

    private final Set<String> own;
    private final Set<String> known;

    private UnknownSettings(Set<String> own, Set<String> ofConnect) {
        this.own = own;
        this.known = both(own, both(OF_CONNECT, ofConnect));
    }

    /** @param own names of the connector's settings, including those that no longer have an effect */
    public static UnknownSettings ofSource(Set<String> own) {
        return new UnknownSettings(own, OF_A_SOURCE);
    }

    /** @param own names of the connector's settings, including those that no longer have an effect */
    public static UnknownSettings ofSink(Set<String> own) {
        return new UnknownSettings(own, OF_A_SINK);
    }

    public void check(Collection<String> given, Problems problems) {
        given.stream().filter(setting -> !known.contains(setting)).sorted().forEach(s -> check(s, problems));
    }

    private void check(String setting, Problems problems) {
        String client = OF_CLIENTS.keySet().stream()
                .filter(setting::startsWith)
                .findFirst()
                .orElse("");
        if (!client.isEmpty()) {
            Set<String> names = OF_CLIENTS.get(client);
            String name = setting.substring(client.length());
            if (!names.contains(name)) {
                Likeness.closest(name, names).ifPresent(meant -> add(problems, setting, client + meant));
            }
        } else if (setting.matches("(producer|consumer|admin)\\..*")) {
            add(problems, setting, setting.replaceFirst("\\.", ".override."));
        } else if (OPEN.stream().noneMatch(setting::startsWith)) {
            Likeness.closest(setting, known)
                    .ifPresentOrElse(meant -> add(problems, setting, meant), () -> refuseIfOurs(setting, problems));
        } else if (setting.startsWith("topic.creation.")) {
            Likeness.closest(setting, OF_A_SOURCE)
                    .filter(known::contains)
                    .ifPresent(meant -> add(problems, setting, meant));
        }
    }

    private static void add(Problems problems, String setting, String meant) {
        problems.add(setting, setting + " is not a setting of this connector; did you mean " + meant + "?");
    }

    private void refuseIfOurs(String setting, Problems problems) {
        String word = setting.replaceAll("[.\\-_].*", "");
        if (!OURS.contains(word)) {
            return;
        }
        String alike = own.stream()
                .filter(name -> name.startsWith(word + "."))
                .sorted()
                .collect(Collectors.joining(", "));
        problems.add(
                setting,
                setting + " is not a setting of this connector; remove it"
                        + (alike.isEmpty() ? "" : " (those that start alike are " + alike + ")"));
    }

    private static Set<String> both(Set<String> some, Set<String> others) {
        return Stream.of(some, others).flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }
}
