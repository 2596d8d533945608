package io.pikaconnect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DownReasonTest {

    @Test
    void isTheMasterThatIsAwayWithItsSlots() {
        assertThat(DownReason.of("""
                        07c3 127.0.0.1:12004@22004 slave,fail e7d1 0 1426238317239 4 connected
                        67ed 127.0.0.1:12002@22002,node-2 myself,master - 0 0 2 connected 0-10921 10922 [93->-292f]
                        292f 127.0.0.1:12003@22003 master,fail? - 0 1426238318243 3 connected 10923-16382 16383
                        """))
                .isEqualTo(
                        "away is 127.0.0.1:12003 (slots 10923-16382 16383). Start it again with its data, or have a replica of it take"
                                + " over (CLUSTER FAILOVER TAKEOVER)");
    }

    @Test
    void isThatSlotsHaveNoNode() {
        assertThat(DownReason.of("""
                        67ed 127.0.0.1:12002@22002 myself,master - 0 0 2 connected 0-5 7-10922
                        292f 127.0.0.1:12003@22003 master - 0 1426238318243 3 connected 10923-16382
                        """))
                .isEqualTo("2 slots have no node, for instance 6. Give them to nodes (redis-cli --cluster fix)");
    }

    @Test
    void isUnknownOtherwise() {
        assertThat(DownReason.of("67ed 127.0.0.1:12002@22002 myself,master - 0 0 2 connected 0-16383\n"))
                .isEqualTo("CLUSTER INFO of its nodes has why");
    }
}
