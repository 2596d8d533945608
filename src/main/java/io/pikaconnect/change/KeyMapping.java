package io.pikaconnect.change;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Other names for keys: those that begin with FROM begin with TO instead. Of several FROMs the longest one counts; an empty one is
 * for every key. Text form of a rule: {@code FROM=TO}, in UTF-8, where FROM ends at the first equals sign.
 *
 * <p>No two keys get the same name: no TO may begin with another one, and a key that no FROM fits may not begin with a TO.
 */
public final class KeyMapping {

    /** Every key keeps its name. */
    public static final KeyMapping NONE = new KeyMapping(List.of());

    /** Keys that begin with {@code from}, unless a longer one fits. */
    public record Rule(byte[] from, byte[] to) {

        private static Rule of(String text) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("\"" + text + "\" is not FROM=TO, as in old:=new:");
            }
            return new Rule(bytes(text.substring(0, equals)), bytes(text.substring(equals + 1)));
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return new String(from, StandardCharsets.UTF_8) + "=" + new String(to, StandardCharsets.UTF_8);
        }
    }

    /** The longest FROM first. */
    private final List<Rule> rules;

    private KeyMapping(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads the text form of rules.
     *
     * @throws IllegalArgumentException if one has none, or two keys might get the same name; with the reason
     */
    public static KeyMapping of(Collection<String> texts) {
        List<Rule> rules = new ArrayList<>(texts.stream().map(Rule::of).toList());
        rules.sort(Comparator.comparingInt((Rule rule) -> -rule.from.length));
        for (Rule one : rules) {
            for (Rule other : rules) {
                if (one != other && Arrays.equals(one.from, other.from)) {
                    throw new IllegalArgumentException(one + " and " + other + " are for the same keys");
                } else if (one != other && startsWith(one.to, other.to)) {
                    throw new IllegalArgumentException(one + " and " + other
                            + " might give two keys the same name: no TO may begin with another one");
                }
            }
        }
        return new KeyMapping(List.copyOf(rules));
    }

    /** Whether every key keeps its name. */
    public boolean isNone() {
        return rules.isEmpty();
    }

    /** The rules, the one with the longest FROM first. */
    public List<Rule> rules() {
        return rules;
    }

    /** The rule for keys that begin so. */
    public Optional<Rule> rule(byte[] key) {
        for (Rule rule : rules) {
            if (startsWith(key, rule.from)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** The other name of a key; empty if another key may get that name. */
    public Optional<byte[]> target(byte[] key) {
        Optional<Rule> rule = rule(key);
        return rule.isPresent()
                ? Optional.of(replaced(key, rule.get().from, rule.get().to))
                : Optional.of(key).filter(name -> !isGiven(name));
    }

    /** The key that gets that name; empty if none does. */
    public Optional<byte[]> source(byte[] name) {
        for (Rule rule : rules) {
            if (startsWith(name, rule.to)) {
                byte[] key = replaced(name, rule.to, rule.from);
                return Optional.of(key).filter(k -> rule(k).orElseThrow() == rule);
            }
        }
        return Optional.of(name).filter(key -> rule(key).isEmpty());
    }

    /** Whether it begins with a TO. */
    private boolean isGiven(byte[] name) {
        return rules.stream().anyMatch(rule -> startsWith(name, rule.to));
    }

    private static byte[] replaced(byte[] key, byte[] from, byte[] to) {
        byte[] other = Arrays.copyOf(to, to.length + key.length - from.length);
        System.arraycopy(key, from.length, other, to.length, key.length - from.length);
        return other;
    }

    private static boolean startsWith(byte[] key, byte[] beginning) {
        return key.length >= beginning.length
                && Arrays.equals(key, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** The text form, joined by commas. */
    @Override
    public String toString() {
        return rules.stream().map(Rule::toString).collect(Collectors.joining(","));
    }
}
