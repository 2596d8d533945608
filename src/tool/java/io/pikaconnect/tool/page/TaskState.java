package io.pikaconnect.tool.page;

/**
 * A connector or one of its tasks, as a row of a table.
 *
 * @param name such as {@code redis-sink, task 0}
 * @param doing what it does, by its metrics; empty if they are not known
 * @param cause why it has failed; empty if it has not
 * @param remedy what to do about that; empty if it is not known
 */
record TaskState(String name, String state, String worker, String doing, String cause, String remedy) {}
