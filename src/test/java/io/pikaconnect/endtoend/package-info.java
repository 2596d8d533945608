/** Tests of the whole: a recorded master, Kafka, Connect workers with the packaged plugin, and Redis. */
package io.pikaconnect.endtoend;
