/** The replica's conversation with a Pika master: frames, sessions, the binlog stream and its acknowledgements. */
package io.pikaconnect.replication;
