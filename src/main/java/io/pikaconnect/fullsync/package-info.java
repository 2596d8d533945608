/** Gets a dump of a Pika master onto local disk, complete and verified. */
package io.pikaconnect.fullsync;
