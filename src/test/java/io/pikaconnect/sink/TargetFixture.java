package io.pikaconnect.sink;

import io.pikaconnect.content.Content;
import java.util.List;

/** A target, and tasks against it. */
public interface TargetFixture extends AutoCloseable {

    ModelWorker worker(ModelTopic topic, String... more);

    /** Everything in the topic is applied. */
    boolean isAtEnd(ModelTopic topic);

    /** Everything but the sink's own keys. */
    Content read();

    /** The sink's own keys. */
    List<String> ownKeys();

    @Override
    void close();
}
