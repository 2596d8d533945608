package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The texts that scripts are given and the ledger holds, where {@code -} means none. */
final class ScriptValues {

    static final String NONE = "-";

    private ScriptValues() {}

    static List<byte[]> texts(Object... parts) {
        List<byte[]> all = new ArrayList<>(parts.length);
        for (Object part : parts) {
            all.add(bytes(part.toString()));
        }
        return all;
    }

    static String text(byte[] word) {
        return new String(word, StandardCharsets.UTF_8);
    }

    static OptionalLong longOf(byte[] word) {
        String text = text(word);
        return text.equals(NONE) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    static Optional<LedgerField> field(byte[] word) {
        String text = text(word);
        return text.equals(NONE) ? Optional.empty() : Optional.of(LedgerField.parse(text));
    }

    /** The text form of a writer; empty for {@code -}. */
    static Optional<Writer> writer(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(Writer.parse(text));
    }
}
