package io.pikaconnect.fullsync;

import java.time.Duration;
import java.util.Optional;

/**
 * Time limits for a pushed dump.
 *
 * @param searchPath where the program {@code rsync} is searched, in the form of the environment's PATH
 * @param first how long the master may take to start once it has made the dump: it may serve other replicas first
 * @param quiet a push without a byte for this long has failed
 * @param end the same after the connection with which a master ends its push, when only {@code info} can follow
 * @param refused the same after a connection that did not know the password, if none that does follows
 * @param look interval of the checks
 */
record PushSetup(String searchPath, Duration first, Duration quiet, Duration end, Duration refused, Duration look) {

    static final PushSetup DEFAULT = new PushSetup(
            Optional.ofNullable(System.getenv("PATH")).orElse(""),
            Duration.ofMinutes(20),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMillis(500));
}
