package io.pikaconnect.pika;

/** In what releases of Pika differ beside the form of their binlog (replication-protocol 1, 10, 11, 13). */
enum Trait {
    /** Sends its dump with rsync to the address we announced, port + 1000; the others' is pulled. */
    PUSHES_DUMP,

    /** A command may be in the dump and come once more after its position (replication-protocol 10.3). */
    REPEATS_AFTER_DUMP,

    /** Its answer to MetaSync has a run id or a replication id. */
    HAS_IDS,

    /** Its answer to MetaSync names the RocksDB instances of each db. */
    HAS_INSTANCES,

    /** Positions of items carry a term. */
    SENDS_TERMS,

    /** Sends a keepalive only while everything it sent is acknowledged (replication-protocol 7.5). */
    KEEPALIVE_MEANS_ACKNOWLEDGED,

    /** Tells replicas apart by address and port written together (replication-protocol 11, row 7). */
    CONFUSES_REPLICAS,

    /** Does not get over an empty record, which it writes itself (replication-protocol 11, row 10). */
    STOPS_AT_EMPTY_RECORD,

    /** Sends the MD5 of each piece of a dump along with it. */
    SUMS_PIECES,

    /** With a requirepass, closes a connection to the replication port that did not begin with an accepted MetaSync. */
    AUTHENTICATES_CONNECTIONS
}
