package io.pikaconnect.tool.page;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Markup with places such as {@code {{name}}}, from a resource. What is put into them is {@link Html}, never a string. */
final class Template {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

    private final String name;
    private final String markup;
    private final Set<String> places;

    private Template(String name, String markup) {
        this.name = name;
        this.markup = markup;
        places = PLACE.matcher(markup)
                .results()
                .map(place -> place.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static Template of(String resource) {
        return new Template(resource, Assets.text(resource));
    }

    /** @throws IllegalArgumentException unless each place gets what belongs there, and nothing else is given */
    Html with(Map<String, Html> parts) {
        if (!places.equals(parts.keySet())) {
            throw new IllegalArgumentException(name + " has the places " + places + ", and got " + parts.keySet());
        }
        return new Html(PLACE.matcher(markup)
                .replaceAll(place ->
                        Matcher.quoteReplacement(parts.get(place.group(1)).markup())));
    }
}
