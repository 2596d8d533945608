package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PikaSourceConnectorTest {

    @Test
    void namesItsPositionInOneOrderSinceConnectLooksItUpByItsBytes() {
        PikaSourceConfig config = new PikaSourceConfig(Map.of(
                "pika.address", "127.0.0.1:9221", "topic.prefix", "t", "snapshot.dir", "/tmp", "pika.name", "orders"));
        assertThat(PikaSourceConnector.sourcePartition(config).keySet()).containsExactly("pika", "db");
        assertThat(PikaSourceConnector.sourcePartition(config).values()).containsExactly("orders", "db0");
    }
}
