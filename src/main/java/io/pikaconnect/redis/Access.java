package io.pikaconnect.redis;

import java.util.Optional;

/**
 * What a server asks of a client that connects.
 *
 * @param user ACL user; empty: the default user
 * @param password empty: none
 * @param tls empty: in the clear
 * @param tlsSetting the one that decides about that
 */
public record Access(Optional<String> user, Optional<String> password, Optional<Tls> tls, String tlsSetting) {

    /**
     * The password, if it is the reference to one: Connect leaves that as it is where the provider has no such key, or there
     * is no such provider.
     */
    Optional<String> unresolved() {
        return password.filter(text -> text.matches("\\$\\{.*}"));
    }

    @Override
    public String toString() {
        return "user " + user.orElse("default") + (tls.isPresent() ? " over TLS" : "");
    }
}
