/**
 * What a release of Pika is. Everything that depends on the version of a master is asked here; nothing outside this
 * package knows a release by its number.
 *
 * <p>Read first: {@link Releases}, the table, a row for each range of releases that are alike, with what they log,
 * what their INFO reports, and in which {@link Trait}s their dump and protocol differ; {@link BinlogDialect}, in what
 * the meaning of their binlogs differs; {@link PikaVersion}, what is known of one master, which answers for all
 * releases that it may be.
 *
 * <p>With them are what every master's binlog is made of: {@link BinlogItem} and {@link BinlogPosition}.
 *
 * <p>The next release of Pika is a row of the table, a dialect if it logs anything in another form, and a test of
 * each: architecture.md, "Where things go".
 *
 * <p>Threads: none; all is immutable.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.pika;
