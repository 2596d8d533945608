package io.pikaconnect.tool.page;

/**
 * What is migrated, for people.
 *
 * @param pika such as {@code Pika 10.0.0.5:9221}
 * @param redis such as {@code Redis 10.0.0.6:6379}
 */
public record Ends(String pika, String redis) {}
