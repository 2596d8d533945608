/**
 * What ends a task of either connector, and the remedy.
 *
 * <p>Read first: {@link TaskFailure}, whose message is one bounded line with place, cause and remedy, since Connect
 * stores it and shows it; {@link Causes}, the remedies for failures of Kafka, Connect, the JVM or the machine.
 *
 * <p>Threads: none.
 *
 * <p>Imports change.
 */
package io.pikaconnect.failure;
