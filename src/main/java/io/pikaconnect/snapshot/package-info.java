/** Reads a full-sync dump (RocksDB checkpoints) and makes changes of it, key by key, from any place in it. */
package io.pikaconnect.snapshot;
