/**
 * What ends a task of either connector, and what helps against it.
 *
 * <p>Read first: {@link TaskFailure}, whose message is one bounded line with place, cause and remedy, since Connect
 * stores it and shows it; {@link Causes}, the remedies of what Kafka, Connect, the JVM or the machine fail with.
 *
 * <p>Threads: none.
 *
 * <p>Imports change.
 */
package io.pikaconnect.failure;
