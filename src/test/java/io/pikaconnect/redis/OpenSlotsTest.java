package io.pikaconnect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenSlotsTest {

    @Test
    void areThoseOfTheNodesOwnLineAndMastersWithoutSlotsAreIdle() {
        OpenSlots open = OpenSlots.of("""
                07c3 127.0.0.1:12004@22004 slave e7d1 0 1426238317239 4 connected
                67ed 127.0.0.1:12002@22002,node-2 myself,master - 0 0 2 connected 0-92 93 5461-10922 [93->-292f] [77-<-e7d1] [78-<-e7d1]
                292f 127.0.0.1:12003@22003 master - 0 1426238318243 3 connected 10923-16383 [5->-67ed]
                e7d1 127.0.0.1:12001@22001 master - 0 1426238318243 1 connected
                a4b5 127.0.0.1:12005@22005 master,fail - 0 1426238318243 0 disconnected
                a4b6 :0@0 master,noaddr - 0 1426238318243 0 connected
                """, "127.0.0.1");
        assertThat(open.leaving()).containsExactly(93);
        assertThat(open.coming()).containsExactlyInAnyOrder(77, 78);
        assertThat(open.idle()).containsExactly("127.0.0.1:12001");
    }

    @Test
    void aMasterWithoutSlotsIsCalledByItsNameWhereTheOthersAre() {
        String nodes = """
                67ed 127.0.0.1:12002@22002,node-2 myself,master - 0 0 2 connected 0-16383
                e7d1 127.0.0.1:12001@22001,node-1 master - 0 1426238318243 1 connected
                e7d3 127.0.0.1:12003@22003 master - 0 1426238318243 1 connected
                """;
        assertThat(OpenSlots.of(nodes, "node-2").idle()).containsExactly("node-1:12001", "127.0.0.1:12003");
        assertThat(OpenSlots.of(nodes, "127.0.0.1").idle()).containsExactly("127.0.0.1:12001", "127.0.0.1:12003");
    }
}
