package io.pikaconnect.tool;

import io.pikaconnect.tool.page.Ends;
import io.pikaconnect.tool.page.PageAddress;
import io.pikaconnect.tool.page.StatusPage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether a command serves the page, and where. */
final class PageOption {

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            defaultValue = "8084",
            description = "Where a browser gets the page that shows all this: a port of 127.0.0.1, 0 for a free one, or"
                    + " off (default: ${DEFAULT-VALUE}).")
    private String http;

    /** Starts to serve; empty if nobody wants it. */
    Optional<StatusPage> start(Ends ends) {
        Optional<InetSocketAddress> address = address();
        if (address.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(StatusPage.start(address.get(), ends));
        } catch (IOException e) {
            throw new Failed("the page cannot be served at " + address.get().getHostString() + ":"
                    + address.get().getPort() + " (" + e.getMessage()
                    + "): end what listens there, or give another port with --http, or --http off");
        }
    }

    /** @throws Failed if it is none, or not on this machine */
    Optional<InetSocketAddress> address() {
        try {
            return PageAddress.parse(http);
        } catch (IllegalArgumentException e) {
            throw new Failed("--http " + e.getMessage());
        }
    }
}
