package io.pikaconnect.tool;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a connector is deployed with.
 *
 * @param ready settings that everybody starts with; what was changed at the connector since stays
 * @param given settings of this run, which hold in any case
 */
public record ConnectorSettings(Map<String, String> ready, Map<String, String> given) {

    /** The settings of a connector that was not there before. */
    public Map<String, String> whole() {
        return over(Map.of());
    }

    /** The settings of a connector that was deployed with others before. */
    Map<String, String> over(Map<String, String> before) {
        Map<String, String> whole = new TreeMap<>(ready);
        whole.putAll(before);
        whole.putAll(given);
        return whole;
    }

    /** The same with another setting in any case. */
    public ConnectorSettings with(String setting, String value) {
        Map<String, String> more = new TreeMap<>(given);
        more.put(setting, value);
        return new ConnectorSettings(ready, more);
    }
}
