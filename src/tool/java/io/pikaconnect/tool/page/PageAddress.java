package io.pikaconnect.tool.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the page is served: on this machine's loopback interface only, since it has no password. A browser asks
 * for it by a name of that interface, also through a tunnel; a request by another name comes from a foreign site
 * whose name resolves to this machine.
 */
public final class PageAddress {

    static final String OFF = "off";

    private static final Pattern FORM = Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+):)?(\\d{1,5})");
    private static final Pattern HOST = Pattern.compile("(localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
    private static final String USUAL_HOST = "127.0.0.1";
    private static final int LAST_PORT = 65_535;

    private PageAddress() {}

    /**
     * Reads {@code PORT}, {@code HOST:PORT}, or {@code off}, which is empty; port 0 is a free one.
     *
     * @throws IllegalArgumentException with what is wrong and what to do
     */
    public static Optional<InetSocketAddress> parse(String text) {
        if (text.equals(OFF)) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > LAST_PORT) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an address for the page: give a port, such as 8084, or " + OFF);
        }
        String host = Optional.ofNullable(form.group(1)).orElse(USUAL_HOST);
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isLoopbackAddress()) {
                return Optional.of(new InetSocketAddress(address, Integer.parseInt(form.group(2))));
            }
        } catch (UnknownHostException e) {
            // no loopback address either
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not on the loopback interface, and the page has no password:"
                        + " give a port only, and look at it from elsewhere by ssh -L " + form.group(2) + ":127.0.0.1:"
                        + form.group(2) + ", or through a web server that asks for one");
    }

    /** Whether a request's Host header names the loopback interface. */
    static boolean isLocal(String host) {
        return HOST.matcher(host).matches();
    }
}
