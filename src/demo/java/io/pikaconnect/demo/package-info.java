/** What lets one machine show it all: stand-in masters, embedded Kafka, Connect workers and Redis. */
package io.pikaconnect.demo;
