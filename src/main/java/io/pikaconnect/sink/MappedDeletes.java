package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.GlobRest;
import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Deletes by pattern, where keys have other names in Redis than in Pika: one for each beginning that names may have.
 *
 * <pre>
 * pika.patterndel pattern type limit beginning…    keys with these beginnings stay
 * </pre>
 */
final class MappedDeletes {

    /** How many words the command has without the beginnings of keys that stay. */
    private static final int WORDS = 4;

    private MappedDeletes() {}

    /** The deletes that together delete the keys that one would delete in Pika; none if there are no such keys. */
    static List<Command> of(Command delete, KeyMapping mapping) {
        GlobRest glob = new GlobRest(delete.args().get(1));
        byte[] beginning = glob.beginning();
        Optional<KeyMapping.Rule> ofAll = mapping.rule(beginning);
        List<Command> deletes = new ArrayList<>();
        for (KeyMapping.Rule rule : mapping.rules()) {
            if (ofAll.filter(rule::equals).isPresent() || isLonger(rule.from(), beginning)) {
                glob.after(rule.from()).forEach(rest -> deletes.add(with(delete, joined(rule.to(), rest))));
            }
        }
        boolean hasOthers = ofAll.isEmpty() && mapping.rules().stream().noneMatch(rule -> rule.to().length == 0);
        if (hasOthers) { // keys that keep their names
            List<byte[]> args = new ArrayList<>(delete.args());
            mapping.rules().forEach(rule -> args.add(rule.to()));
            deletes.add(new Command(args));
        }
        return deletes;
    }

    /** The beginnings of keys that stay. */
    static List<byte[]> staying(Command delete) {
        return delete.name().equals(Operation.PATTERNDEL) && delete.size() > WORDS
                ? delete.args().subList(WORDS, delete.size())
                : List.of();
    }

    /** Whether a rule may be for some of the keys that begin so, though it is not for all. */
    private static boolean isLonger(byte[] from, byte[] beginning) {
        return from.length > beginning.length
                && Arrays.equals(from, 0, beginning.length, beginning, 0, beginning.length);
    }

    private static byte[] joined(byte[] to, byte[] rest) {
        byte[] literal = GlobRest.literal(to);
        byte[] glob = Arrays.copyOf(literal, literal.length + rest.length);
        System.arraycopy(rest, 0, glob, literal.length, rest.length);
        return glob;
    }

    private static Command with(Command delete, byte[] pattern) {
        List<byte[]> args = new ArrayList<>(delete.args());
        args.set(1, pattern);
        return new Command(args);
    }
}
