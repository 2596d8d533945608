package io.pikaconnect.demo;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What a sink task without a worker gets as its context: it has no settings, and nobody waits or commits on request. */
public interface QuietSinkContext extends SinkTaskContext {

    @Override
    default Map<String, String> configs() {
        return Map.of();
    }

    @Override
    default void offset(Map<TopicPartition, Long> offsets) {
        offsets.forEach(this::offset);
    }

    @Override
    default void timeout(long timeoutMs) {}

    @Override
    default void requestCommit() {}
}
