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

    private static final String USUAL_PORT = "8084";
    private static final String FREE_PORT = "0";

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            description = "Where a browser gets the page that shows all this: a port of 127.0.0.1, 0 for a free one, or"
                    + " off (default: " + USUAL_PORT + ", or a free one where that is taken).")
    private Optional<String> http = Optional.empty();

    /** Starts to serve; empty if nobody wants it. */
    Optional<StatusPage> start(Ends ends) {
        Optional<InetSocketAddress> address = address();
        return address.map(at -> http.isPresent() ? start(at, ends) : startAnywhere(at, ends));
    }

    /** A page that nobody asked for is no reason to end. */
    private static StatusPage startAnywhere(InetSocketAddress usual, Ends ends) {
        try {
            return StatusPage.start(usual, ends);
        } catch (IOException e) {
            return start(parse(FREE_PORT).orElseThrow(), ends);
        }
    }

    private static StatusPage start(InetSocketAddress address, Ends ends) {
        try {
            return StatusPage.start(address, ends);
        } catch (IOException e) {
            throw new Failed("the page cannot be served at " + address.getHostString() + ":"
                    + address.getPort() + " (" + e.getMessage()
                    + "): end what listens there, or give another port with --http, or --http off");
        }
    }

    /** @throws Failed if it is none, or not on this machine */
    Optional<InetSocketAddress> address() {
        return parse(http.orElse(USUAL_PORT));
    }

    private static Optional<InetSocketAddress> parse(String http) {
        try {
            return PageAddress.parse(http);
        } catch (IllegalArgumentException e) {
            throw new Failed("--http " + e.getMessage());
        }
    }
}
