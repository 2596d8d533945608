package io.pikaconnect.demo.migration;

import java.util.OptionalLong;

/**
 * What does not change while it is watched.
 *
 * @param pika the master, for a person to read
 * @param redis the target, likewise
 * @param status where Connect tells the state of the source
 * @param keys in the master when it began; absent where nobody knows
 */
record Scene(String pika, String redis, String status, OptionalLong keys) {}
