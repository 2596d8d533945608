package io.pikaconnect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.pika.BinlogItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a replica in a test receives, or how it fails. */
final class Polls {

    private static final Duration LONG = Duration.ofSeconds(30);

    private Polls() {}

    /** The next items, as many as that. */
    static List<BinlogItem> items(Replica replica, int count) throws Exception {
        List<BinlogItem> polled = new ArrayList<>();
        while (polled.size() < count) {
            polled.add(replica.poll(LONG).orElseThrow());
        }
        return polled;
    }

    /** Waits until polling fails. */
    static ReplicationException failure(Replica replica) {
        return await().atMost(LONG)
                .until(
                        () -> {
                            try {
                                replica.poll(Duration.ofMillis(10));
                                return null;
                            } catch (ReplicationException e) {
                                return e;
                            }
                        },
                        e -> e != null);
    }

    static void assertSame(List<BinlogItem> actual, List<BinlogItem> expected) {
        assertThat(actual)
                .extracting(BinlogItem::end)
                .isEqualTo(expected.stream().map(BinlogItem::end).toList());
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).bytes()).isEqualTo(expected.get(i).bytes());
        }
    }
}
