package io.pikaconnect.pika;

/** How releases of Pika differ apart from their dialects (replication-protocol 1, 10, 11, 13). */
enum Trait {
    /** Pushes its dump with rsync to the announced address, port + 1000; other masters' dumps are pulled. */
    PUSHES_DUMP,

    /** A command may be in the dump and again in the binlog after the dump's position (replication-protocol 10.3). */
    REPEATS_AFTER_DUMP,

    /** Its response to MetaSync has a run id or a replication id. */
    HAS_IDS,

    /** Its response to MetaSync names the RocksDB instances of each db. */
    HAS_INSTANCES,

    /** Positions of items carry a term. */
    SENDS_TERMS,

    /** Sends a keepalive only while everything it sent is acknowledged (replication-protocol 7.5). */
    KEEPALIVE_MEANS_ACKNOWLEDGED,

    /** Tells replicas apart by address and port written together (replication-protocol 11, row 7). */
    CONFUSES_REPLICAS,

    /** Cannot read past an empty record, which it may itself have written (replication-protocol 11, row 10). */
    STOPS_AT_EMPTY_RECORD,

    /** Sends the MD5 of each part of a dump with it. */
    SUMS_PIECES,

    /** With a requirepass, closes a connection to the replication port that did not start with an accepted MetaSync. */
    AUTHENTICATES_CONNECTIONS
}
