package io.pikaconnect.struct;

import java.util.List;
import org.apache.kafka.connect.data.Struct;

/**
 * One argument of a command, or several in a row, as fields of a struct: what {@link #write} took, {@link #read} gives back.
 *
 * <p>Some converters turn null into 0, an empty text or an empty array (Protobuf's). So no field means one thing where it
 * is null and another where it has such a value.
 */
interface Part {

    /** Of {@link #write}: the fields would not have the argument as it is. */
    int REFUSED = -1;

    /**
     * Takes the arguments from {@code at} on that are of this part.
     *
     * @param key the record's, empty where it has none
     * @return the index after them, or {@link #REFUSED}
     */
    int write(List<byte[]> args, int at, byte[] key, Struct out);

    /**
     * Adds the arguments.
     *
     * @throws IllegalArgumentException when a field has something else; the message names it
     */
    void read(StructView in, byte[] key, List<byte[]> args);
}
