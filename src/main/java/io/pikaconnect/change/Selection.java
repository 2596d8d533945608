package io.pikaconnect.change;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The keys that are wanted, by name and type. Text form: three lists joined by {@code |}, each entry as in a URL's query,
 * joined by commas: {@code user%3A*,x*||hash,string}.
 *
 * @param include patterns of which a name has to match one; empty for all names
 * @param exclude patterns of which a name may match none
 * @param types words of {@link #TYPES}; empty for all
 */
public record Selection(List<KeyPattern> include, List<KeyPattern> exclude, Set<String> types) {

    /** Words for the types of keys. */
    public static final List<String> TYPES = List.of("string", "hash", "list", "zset", "set", "stream");

    /** Every key. */
    public static final Selection ALL = new Selection(List.of(), List.of(), Set.of());

    private static final int LISTS = 3;

    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        types = new TreeSet<>(types);
    }

    /**
     * Reads patterns and words.
     *
     * @throws IllegalArgumentException if one is not, with the reason
     */
    public static Selection of(Collection<String> include, Collection<String> exclude, Collection<String> types) {
        types.stream().filter(type -> !TYPES.contains(type)).findFirst().ifPresent(type -> {
            throw new IllegalArgumentException(
                    "\"" + type + "\" is not a type; the types are " + String.join(", ", TYPES));
        });
        return new Selection(
                include.stream().map(KeyPattern::of).toList(),
                exclude.stream().map(KeyPattern::of).toList(),
                Set.copyOf(types));
    }

    public boolean isAll() {
        return isOfAllNames() && types.isEmpty();
    }

    /** Whether no name is left out. */
    public boolean isOfAllNames() {
        return include.isEmpty() && exclude.isEmpty();
    }

    public boolean hasName(byte[] key) {
        return (include.isEmpty() || matchesOne(include, key)) && !matchesOne(exclude, key);
    }

    /** @param type one of {@link #TYPES} */
    public boolean hasType(String type) {
        return types.isEmpty() || types.contains(type);
    }

    private static boolean matchesOne(List<KeyPattern> patterns, byte[] key) {
        for (KeyPattern pattern : patterns) {
            if (pattern.matches(key)) {
                return true;
            }
        }
        return false;
    }

    /** The text form. */
    @Override
    public String toString() {
        return Stream.of(include, exclude, types)
                .map(list -> list.stream()
                        .map(entry -> URLEncoder.encode(entry.toString(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining("|"));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static Selection parse(String text) {
        String[] lists = text.split("\\|", -1);
        if (lists.length != LISTS) {
            throw new IllegalArgumentException("not three lists: " + text);
        }
        return of(entries(lists[0]), entries(lists[1]), entries(lists[2]));
    }

    private static List<String> entries(String list) {
        return list.isEmpty()
                ? List.of()
                : Stream.of(list.split(","))
                        .map(entry -> URLDecoder.decode(entry, StandardCharsets.UTF_8))
                        .toList();
    }
}
