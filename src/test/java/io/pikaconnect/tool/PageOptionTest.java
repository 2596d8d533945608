package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.tool.page.Ends;
import io.pikaconnect.tool.page.StatusPage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PageOptionTest {

    private static final int USUAL_PORT = 8084;

    private static Optional<StatusPage> start(String... arguments) {
        return CommandLine.populateCommand(new PageOption(), arguments).start(new Ends("Pika", "Redis"));
    }

    /** Takes the usual port, unless somebody else on this machine has it. */
    private static Optional<ServerSocket> takeTheUsualPort() throws IOException {
        try {
            return Optional.of(new ServerSocket(USUAL_PORT, 1, InetAddress.getByName("127.0.0.1")));
        } catch (BindException e) {
            return Optional.empty();
        }
    }

    @Test
    void withoutTheOptionAFreePortServesWhereTheUsualOneIsTaken() throws IOException {
        Optional<ServerSocket> taken = takeTheUsualPort();
        try (StatusPage page = start().orElseThrow()) {
            assertThat(page.address().getPort()).isPositive().isNotEqualTo(USUAL_PORT);
        } finally {
            if (taken.isPresent()) {
                taken.get().close();
            }
        }
    }

    @Test
    void aPortThatIsGivenIsServedOrNothingIs() throws IOException {
        Optional<ServerSocket> taken = takeTheUsualPort();
        try {
            assertThatThrownBy(() -> start("--http", "" + USUAL_PORT))
                    .isInstanceOf(Failed.class)
                    .hasMessageContaining("the page cannot be served at 127.0.0.1:" + USUAL_PORT);
        } finally {
            if (taken.isPresent()) {
                taken.get().close();
            }
        }
        assertThat(start("--http", "off")).isEmpty();
    }
}
