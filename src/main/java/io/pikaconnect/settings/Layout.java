package io.pikaconnect.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How a user interface shows a table of settings: in groups, each setting with a display name and the width of its
 * field; a setting with few possible values offers them.
 */
public final class Layout {

    /** @param display the setting's display name */
    private record Place(String group, int order, String display, Width width) {}

    private static final Choice YES_OR_NO = new Choice(List.of(true, false));

    private final Map<String, Place> places = new LinkedHashMap<>();
    private String group = "";
    private int order;

    /** Starts a group: the settings that follow belong to it. */
    public Layout group(String name) {
        group = name;
        order = 0;
        return this;
    }

    /** Adds the next setting of the group. */
    public Layout show(String setting, String display, Width width) {
        places.put(setting, new Place(group, ++order, display, width));
        return this;
    }

    /**
     * Returns the same settings, arranged.
     *
     * @throws IllegalArgumentException if a setting has no place here, or a place has no setting
     */
    public ConfigDef arrange(ConfigDef plain) {
        if (!plain.names().equals(places.keySet())) {
            throw new IllegalArgumentException(
                    "settings are " + plain.names() + ", but those with a place are " + places.keySet());
        }
        ConfigDef arranged = new ConfigDef();
        plain.configKeys().forEach((name, key) -> {
            Place place = places.get(name);
            arranged.define(
                    name,
                    key.type,
                    key.defaultValue,
                    key.validator,
                    key.importance,
                    key.documentation,
                    place.group,
                    place.order,
                    place.width,
                    place.display,
                    List.of(),
                    recommender(key));
        });
        return arranged;
    }

    private static ConfigDef.Recommender recommender(ConfigDef.ConfigKey key) {
        if (key.validator instanceof Choice choice) {
            return choice;
        }
        return key.type == ConfigDef.Type.BOOLEAN ? YES_OR_NO : null;
    }
}
