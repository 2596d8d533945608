/**
 * What a release of Pika is. {@link io.pikaconnect.pika.Releases} is the table: a row for each range of releases that are
 * alike, with the {@link io.pikaconnect.pika.BinlogDialect} in which they log, what their INFO reports, and the
 * {@link io.pikaconnect.pika.Trait}s in which their dump and their protocol differ. Nothing outside this package knows a
 * release by its number: {@link io.pikaconnect.pika.PikaVersion} is what is known of one master, and answers for all
 * releases that it may be.
 *
 * <p>Another release is a row of the table, a dialect if it logs anything in another form, and a test of each. It imports
 * nothing else of this project.
 */
package io.pikaconnect.pika;
