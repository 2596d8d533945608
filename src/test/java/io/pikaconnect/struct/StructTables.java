package io.pikaconnect.struct;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;

/** What the page of records shows of structs, made from code. */
public final class StructTables {

    private StructTables() {}

    /** Commands, type of their key, fields with their arguments. */
    public static String commands() {
        Map<Layout, List<String>> commands = new LinkedHashMap<>();
        Layout.all()
                .forEach((name, layout) -> commands.computeIfAbsent(layout, its -> new ArrayList<>())
                        .add("`" + name + "`"));
        return "| Commands | `type` | Fields |\n|---|---|---|\n"
                + commands.entrySet().stream()
                        .map(each -> "| " + String.join(", ", each.getValue()) + " | "
                                + each.getKey().type().orElse("") + " | " + fields(each.getKey()) + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static String fields(Layout layout) {
        return layout.parts()
                .map(parts -> parts.stream()
                        .map(Part::toString)
                        .filter(text -> !text.isEmpty())
                        .map(text -> text.replaceAll("\\w+", "`$0`"))
                        .collect(Collectors.joining(", ")))
                .orElse("`arguments`");
    }

    /** Name → type of the fields of a record, or of a command. */
    public static Map<String, String> types(boolean ofCommand) {
        Schema schema = ofCommand ? RecordSchema.COMMAND : RecordSchema.RECORD;
        Map<String, String> types = new LinkedHashMap<>();
        schema.fields().forEach(field -> types.put(field.name(), type(field.schema())));
        return types;
    }

    private static String type(Schema schema) {
        return switch (schema.type()) {
            case ARRAY -> "array of " + type(schema.valueSchema());
            case STRUCT ->
                schema.fields().stream()
                        .map(field -> field.name() + " " + type(field.schema()))
                        .collect(Collectors.joining(", ", "(", ")"));
            default -> schema.type().getName();
        };
    }
}
