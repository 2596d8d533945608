package io.pikaconnect.demo.pika;

import java.util.Collection;
import java.util.Optional;

/** Replies made from what the commands read. */
final class Replies {

    private Replies() {}

    static Reply bulk(Optional<byte[]> bytes) {
        return bytes.map(b -> (Reply) new Reply.Bulk(b)).orElse(Reply.NIL);
    }

    static Reply bulks(Collection<byte[]> all) {
        return new Reply.Many(all.stream().map(b -> (Reply) new Reply.Bulk(b)).toList());
    }

    static Reply names(Collection<Bytes> all) {
        return bulks(all.stream().map(Bytes::array).toList());
    }
}
