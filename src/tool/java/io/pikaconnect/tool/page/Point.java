package io.pikaconnect.tool.page;

import java.util.OptionalDouble;

/**
 * The numbers of one moment, of all dbs together; for the lag that of the db that lags most.
 *
 * @param time seconds since 1970
 * @param keys in Redis, without the sink's own
 * @param waiting records that are in Kafka and not in Redis
 * @param lagBytes of Pika's binlog that is not in Kafka
 * @param records that were applied to Redis, a second
 * @param commands that Redis has run for all its clients, a second
 */
record Point(
        long time,
        OptionalDouble keys,
        OptionalDouble lagSeconds,
        OptionalDouble waiting,
        OptionalDouble lagBytes,
        OptionalDouble records,
        OptionalDouble commands) {}
