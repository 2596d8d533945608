package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.KeySlot;
import java.util.ArrayList;
import java.util.List;

/** Gives keys the names that they have in Redis: everywhere in a record, once what partitions do by Pika's names is known. */
final class MappedNames {

    private final KeyMapping mapping;
    private final boolean isCluster;

    /** @param isCluster where a slot belongs to one partition */
    MappedNames(KeyMapping mapping, boolean isCluster) {
        this.mapping = mapping;
        this.isCluster = isCluster;
    }

    /** Whether every key keeps its name. */
    boolean areNone() {
        return mapping.isNone();
    }

    Admitted of(ChangeRecord r, List<Command> commands, int partitions) {
        return of(new Admitted(r, commands, false), partitions);
    }

    /** @throws RecordRefused if a key cannot have its name in Redis */
    Admitted of(Admitted admitted, int partitions) {
        if (mapping.isNone()) {
            return admitted;
        }
        ChangeRecord r = admitted.record();
        return new Admitted(
                r.key().map(key -> r.onKey(name(key, partitions))).orElse(r),
                admitted.commands().stream()
                        .map(command -> command(command, partitions))
                        .toList(),
                admitted.partitionsMeet());
    }

    /** The deletes in Redis that a delete by pattern becomes; none if no key there can match. */
    List<Command> deletes(Command delete) {
        return mapping.isNone() ? List.of(delete) : MappedDeletes.of(delete, mapping);
    }

    private Command command(Command command, int partitions) {
        int[] places = CommandKeys.places(command);
        if (places.length == 0) {
            return command;
        }
        List<byte[]> args = new ArrayList<>(command.args());
        for (int place : places) {
            args.set(place, name(args.get(place), partitions));
        }
        return new Command(args);
    }

    private byte[] name(byte[] key, int partitions) {
        byte[] name = mapping.target(key)
                .orElseThrow(() -> new RecordRefused(
                        "The key " + Escaped.text(key)
                                + " begins with a text that key.prefix.replace gives to other keys,"
                                + " so two keys of Pika might become one",
                        "Leave such keys out by keys.include or keys.exclude, or choose another text; then empty the Redis"
                                + " db: it is filled again from the topic."));
        if (isCluster && KeySlot.partition(name, partitions) != KeySlot.partition(key, partitions)) {
            throw new RecordRefused(
                    "The key " + Escaped.text(key) + " is to be " + Escaped.text(name)
                            + ", whose hash slot is another partition's; in a cluster one partition writes to a slot",
                    "Use a topic with one partition (topic.partitions=1 at the source, from a new full sync on), give keys"
                            + " hash tags that stay as they are, or take a Redis that is no cluster.");
        }
        return name;
    }
}
