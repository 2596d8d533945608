package io.pikaconnect;

import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.pika.ReleaseTables;
import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.sink.SinkMetrics;
import io.pikaconnect.source.PikaSourceConnector;
import io.pikaconnect.source.SourceMetrics;
import io.pikaconnect.struct.StructTables;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;

/**
 * A table of a page that is made from code.
 *
 * @param heading start of the paragraph or heading that the table follows
 */
record GeneratedTable(Path page, String heading, String text) {

    static final Path README = Path.of("README.md");
    static final Path SETTINGS = Path.of("config/README.md");
    static final Path LIMITS = Path.of("src/site/markdown/limits.md");
    static final Path RECORDS = Path.of("src/site/markdown/records.md");
    static final Path METRICS = Path.of("src/site/markdown/metrics.md");

    static List<GeneratedTable> all() {
        return Stream.concat(
                        Stream.of(
                                new GeneratedTable(README, "## Versions", ReleaseTables.families()),
                                new GeneratedTable(LIMITS, "## Releases of Pika", ReleaseTables.releases()),
                                new GeneratedTable(LIMITS, "## Types", ReleaseTables.types()),
                                new GeneratedTable(RECORDS, "Which fields have the arguments", StructTables.commands()),
                                new GeneratedTable(
                                        SETTINGS,
                                        "## Settings of the source",
                                        table(new PikaSourceConnector().config())),
                                new GeneratedTable(
                                        SETTINGS, "## Settings of the sink", table(new RedisSinkConnector().config()))),
                        Stream.of(
                                        SourceMetrics.SOURCE,
                                        SourceMetrics.DISCARDS,
                                        SinkMetrics.SINK,
                                        SinkMetrics.PARTITION,
                                        SinkMetrics.DISCARDS,
                                        SinkMetrics.ERRORS,
                                        SinkMetrics.NODE)
                                .map(group -> new GeneratedTable(METRICS, mbean(group), table(group))))
                .toList();
    }

    /** The name of its MBeans, the task's own tags before those of the group. */
    private static String mbean(MetricGroup<?> group) {
        String ofTask = group.type().startsWith("source") ? "connector=…,pika=…,db=…" : "connector=…,task=…";
        return "`pika.connect:type=" + group.type() + "," + ofTask
                + group.tags().stream().map(tag -> "," + tag + "=…").collect(Collectors.joining()) + "`";
    }

    private static String table(ConfigDef settings) {
        return "| Setting | Default | Meaning |\n|---|---|---|\n"
                + settings.configKeys().values().stream()
                        .map(key -> "| `" + key.name + "` | " + defaultOf(key) + " | "
                                + key.documentation.replace("|", "\\|").replace("<", "&lt;") + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static String table(MetricGroup<?> group) {
        return "| Metric | Unit | Meaning |\n|---|---|---|\n"
                + group.metrics().stream()
                        .map(m -> "| `" + m.name() + "` | " + m.unit() + " | " + m.description() + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        if (key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
            return "required";
        }
        String value = key.type == ConfigDef.Type.PASSWORD ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
        return value.isEmpty() ? "" : "`" + value + "`";
    }

    /** As it follows its heading in {@code content}. */
    boolean isIn(String content) {
        int start = start(content);
        return start >= 0 && content.substring(start, end(content, start)).equals(text);
    }

    /** The page's content with this table, in place of the one that is there. */
    String writtenInto(String content) {
        return writtenInto(content, text);
    }

    String writtenInto(String content, String instead) {
        int start = start(content);
        return content.substring(0, start) + instead + content.substring(end(content, start));
    }

    /** Where the table begins; negative where its heading is missing. */
    private int start(String content) {
        int at = content.indexOf("\n" + heading);
        return at < 0 ? at : content.indexOf("\n\n", at) + 2;
    }

    /** At the empty line after it, or the page's last line end. */
    private static int end(String content, int start) {
        int end = content.indexOf("\n\n", start);
        return end < 0 ? content.stripTrailing().length() : end;
    }

    @Override
    public String toString() {
        return page + ": " + heading;
    }
}
