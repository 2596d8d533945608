/** From Kafka to Redis: applies each change once, in order, and keeps its place in Redis itself. */
package io.pikaconnect.sink;
