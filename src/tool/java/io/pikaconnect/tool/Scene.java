package io.pikaconnect.tool;

import java.util.OptionalLong;

/**
 * What does not change during a run.
 *
 * @param pika the master, for a person to read
 * @param redis the target, likewise
 * @param status URL of the source's status in Connect
 * @param keys in the master at the start; absent if unknown
 */
public record Scene(String pika, String redis, String status, OptionalLong keys) {}
