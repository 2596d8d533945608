package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;
import static io.pikaconnect.sink.ScriptValues.text;

import io.pikaconnect.redis.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What slots have given to others, as far as it was needed and read: see slot-shares.lua. */
final class Gifts {

    /** What a slot gives of a command. */
    record Gift(int slot, String field) {}

    /** Instead of what never comes. */
    private static final byte[] NEVER = bytes("!");

    private final Map<Gift, byte[]> given = new HashMap<>();
    private final Set<Gift> gone = new HashSet<>();
    private boolean isMoreThere;

    private Gifts() {}

    /** Reads those that have been given. */
    static Gifts read(ClusterLink link, String prefix, Collection<Gift> wanted) {
        Gifts gifts = new Gifts();
        boolean[] isAway = {false};
        Map<Server, List<Gift>> byNode = new LinkedHashMap<>();
        wanted.forEach(gift -> link.master(gift.slot)
                .ifPresentOrElse(
                        node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(gift),
                        () -> isAway[0] = true));
        Map<Server, List<byte[]>> calls = new LinkedHashMap<>();
        byNode.forEach((node, its) -> {
            List<byte[]> args = ScriptValues.texts(prefix);
            its.forEach(gift -> args.addAll(ScriptValues.texts(SlotTags.of(gift.slot), gift.field)));
            calls.put(node, args);
        });
        link.run(Script.GIFTS, calls).forEach((node, reply) -> {
            List<byte[]> words = reply.list("results");
            for (int i = 0; i < byNode.get(node).size(); i++) {
                Gift gift = byNode.get(node).get(i);
                switch (text(words.get(2 * i))) {
                    case "given" -> gifts.given.put(gift, words.get(2 * i + 1));
                    case "gone" -> gifts.gone.add(gift);
                    case "later" -> gifts.isMoreThere = true;
                    case "away" -> isAway[0] = true;
                    default -> {}
                }
            }
        });
        if (isAway[0]) {
            link.refresh();
        }
        return gifts;
    }

    Optional<byte[]> get(Gift gift) {
        return Optional.ofNullable(given.get(gift));
    }

    /** Whether it was given, and is not kept any more. */
    boolean isGone(Gift gift) {
        return gone.contains(gift);
    }

    /** Whether there are some that were not read yet. */
    boolean isMoreThere() {
        return isMoreThere;
    }

    /** Its partition has passed on to a later epoch without giving it. */
    void neverComes(Gift gift) {
        given.put(gift, NEVER);
    }
}
