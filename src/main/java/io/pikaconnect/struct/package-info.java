/**
 * Records with {@code record.format=struct}: the same commands as in raw ones, as a struct that other readers of the topic
 * understand.
 *
 * <p>Read first: {@link RecordSchema}; {@link Layout}, which fields have the arguments of which command;
 * {@link StructEncoder} and {@link StructDecoder}, the ways there and back; {@link RawOrStructConverter}, with which a sink
 * reads either format.
 *
 * <p>What is written here is in existing topics: names of fields, and what they mean, stay readable forever.
 *
 * <p>Threads: a converter belongs to its task; the rest has no state.
 *
 * <p>Imports change.
 */
package io.pikaconnect.struct;
