package io.pikaconnect.tool.verify;

import java.util.List;

/**
 * What a verification found.
 *
 * @param keys compared
 * @param expired keys that ended in Pika and that Redis still keeps for a while
 * @param differences keys that stay different
 * @param changing keys that changed all the time, so that they could not be compared
 * @param complete whether all keys were looked at; otherwise there were too many differences
 */
public record Findings(
        long keys, long expired, List<Difference> differences, List<Difference> changing, boolean complete) {

    public boolean isEqual() {
        return differences.isEmpty() && complete;
    }
}
