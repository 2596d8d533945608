package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import java.util.List;

/**
 * What is to be applied of a record.
 *
 * @param record with the key as it is named in Redis
 * @param commands the same; none of them is missing, but {@link LeftOut} may stand in their place
 * @param partitionsMeet whether the partitions of its barrier have to meet at it
 */
record Admitted(ChangeRecord record, List<Command> commands, boolean partitionsMeet) {

    /** A barrier's record of which every partition does its share, or at which they meet. */
    static Admitted atBarrier(
            ChangeRecord record, List<Command> commands, Share.Rule shares, int partition, int partitions) {
        return shares.of(record, commands, partition, partitions)
                .map(share -> new Admitted(record, share, false))
                .orElseGet(() -> new Admitted(record, commands, true));
    }
}
