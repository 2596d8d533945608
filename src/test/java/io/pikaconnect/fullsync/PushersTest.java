package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushersTest {

    private static InetAddress address(String numbers) throws Exception {
        return InetAddress.getByName(numbers);
    }

    @Test
    void onlyTheMastersAddressesMayPush() throws Exception {
        Pushers pushers = Pushers.of(List.of("192.0.2.5", "192.0.2.77"));
        assertThat(pushers.include(address("192.0.2.5"))).isTrue();
        assertThat(pushers.include(address("192.0.2.77"))).isTrue();
        assertThat(pushers.include(address("192.0.2.6"))).isFalse();
        assertThat(pushers.include(address("127.0.0.1"))).isFalse();
        assertThat(pushers).hasToString("192.0.2.5 192.0.2.77");
    }

    @Test
    void aMasterOnThisMachineMayPushFromAnyOfItsAddresses() throws Exception {
        Pushers pushers = Pushers.of(List.of("localhost"));
        assertThat(pushers.include(address("127.0.0.1"))).isTrue();
        assertThat(pushers.include(address("127.0.0.2"))).isTrue();
        assertThat(pushers.include(address("192.0.2.5"))).isFalse();
        assertThat(pushers.toString()).contains("127.0.0.0/8");
    }

    @Test
    void aMasterThatHasNoAddressOfTheKindItPushesFromHasNone() throws Exception {
        assertThat(Pushers.of(List.of("2001:db8::1")).addresses()).isEmpty();
    }
}
