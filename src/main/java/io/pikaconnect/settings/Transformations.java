package io.pikaconnect.settings;

import java.util.Map;
import java.util.Set;

/**
 * The transformations of a connector. Every record is needed, those without key and value (ticks) included, in its
 * topic and partition; so only transformations are allowed that are known to change none of that.
 */
public final class Transformations {

    private static final Set<String> HARMLESS =
            Set.of("org.apache.kafka.connect.transforms.InsertHeader", "InsertHeader");

    /** Prefix of the headers of this project. */
    private static final String OUR_HEADERS = "pika.";

    private Transformations() {}

    public static void check(Map<String, String> settings, Problems problems) {
        for (String part : settings.getOrDefault("transforms", "").split(",")) {
            String name = part.strip();
            String prefix = "transforms." + name + ".";
            String type = settings.getOrDefault(prefix + "type", "").strip();
            if (name.isEmpty() || type.isEmpty()) {
                continue; // Connect itself reports the missing type
            }
            if (!HARMLESS.contains(type.replaceAll("\\$.*", ""))) {
                problems.add(
                        prefix + "type",
                        "transformation " + name + " (" + type + predicate(settings, prefix) + ") could drop, move or"
                                + " change records, among them the ticks, which have neither key nor value; all are"
                                + " needed unchanged, so only InsertHeader may be used: remove it");
            } else if (settings.getOrDefault(prefix + "header", "").startsWith(OUR_HEADERS)) {
                problems.add(
                        prefix + "header",
                        "headers that start with " + OUR_HEADERS + " belong to the source connector; choose another"
                                + " name");
            }
        }
    }

    private static String predicate(Map<String, String> settings, String prefix) {
        String predicate = settings.getOrDefault(prefix + "predicate", "").strip();
        return predicate.isEmpty()
                ? ""
                : " where predicate " + predicate + ", "
                        + settings.getOrDefault("predicates." + predicate + ".type", "without a type") + ", holds";
    }
}
