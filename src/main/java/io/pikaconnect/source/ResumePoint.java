package io.pikaconnect.source;

import io.pikaconnect.fullsync.Dump;
import io.pikaconnect.replication.Replica;
import java.util.Optional;

/**
 * A conversation that is set up: the replica already follows the binlog from the offset's resume point, so that the
 * master keeps it until it is read.
 *
 * @param dump absent in the binlog phase
 * @param durable whether Connect has stored this epoch's offset already
 */
record ResumePoint(Replica replica, SourceOffset offset, Optional<Dump> dump, boolean durable) {}
