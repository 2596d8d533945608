/**
 * What flows from Pika to Redis, and its form as records: all that source and sink have in common.
 *
 * <p>Read first: {@link Change}, commands for one key, several, or the whole db; {@link Operation}, the commands that
 * only the sink's scripts know; {@link Position} and {@link ChangeHeader}, where a record is in its epoch and on its
 * partition; {@link Resp}, the bytes of a record's value; {@link RecordSplitter}, which cuts commands to the size of
 * records, always in the same way.
 *
 * <p>What is parsed or written here is in existing topics: text forms, header names and operation names stay readable
 * forever.
 *
 * <p>Threads: none; values are immutable and share their arrays, which are never written to.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.change;
