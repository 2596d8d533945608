package io.pikaconnect.tool.page;

/**
 * How much was left out, or not exactly reproduced, for one reason.
 *
 * @param by source or sink
 */
record Discard(String by, String reason, long count) {}
