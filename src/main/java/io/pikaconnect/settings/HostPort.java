package io.pikaconnect.settings;

import io.netty.util.NetUtil;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * An address as written in settings.
 *
 * @param host empty if absent
 * @param port empty if absent
 */
public record HostPort(String host, OptionalInt port) {

    /** Strict, since a host gets into logs, messages and the configuration of rsync. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern ADDRESS =
            Pattern.compile("(\\[(?<six>[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?)]|(?<host>[^:]*))(:(?<port>\\d{1,5}))?");

    private static final String WHOLE = "host:port, for example 10.0.0.5:9221 or [fd00::5]:9221";

    public static final HostPort NOTHING = new HostPort("", OptionalInt.empty());

    /** Reads {@code host:port}. */
    public static HostPort whole(String key, String text) {
        int port = text.lastIndexOf(':');
        if (port > 0 && NetUtil.isValidIpV6Address(text.substring(0, port)) && !text.startsWith("[")) {
            // IPv6 without brackets: a port is required, so the last number is the port.
            return parse(key, "[" + text.substring(0, port) + "]" + text.substring(port), WHOLE);
        }
        HostPort address = parse(key, text, WHOLE);
        if (address.host.isEmpty() || address.port.isEmpty()) {
            throw new ConfigException(key, shown(text), "expected " + WHOLE);
        }
        return address;
    }

    /** Reads {@code host:port}, {@code host}, {@code :port} or nothing. */
    public static HostPort part(String key, String text) {
        if (NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
            return new HostPort(text, OptionalInt.empty());
        }
        return text.isEmpty() ? NOTHING : parse(key, text, "host, host:port or :port, for example 10.0.0.5 or :29221");
    }

    private static HostPort parse(String key, String text, String expected) {
        Matcher address = ADDRESS.matcher(text);
        int port = address.matches() && address.group("port") != null ? Integer.parseInt(address.group("port")) : 1;
        if (!address.matches() || port < 1 || port > 65_535) {
            throw new ConfigException(key, shown(text), "expected " + expected);
        }
        String host = address.group("six") == null ? address.group("host") : address.group("six");
        if (NUMBER.matcher(host).matches()) {
            throw new ConfigException(
                    key, shown(text), "a number alone is not a host; write a port with a colon before it, :" + host);
        }
        boolean known = address.group("six") == null ? HOST.matcher(host).matches() : NetUtil.isValidIpV6Address(host);
        if (!host.isEmpty() && !known) {
            throw new ConfigException(
                    key,
                    shown(text),
                    "the host must be an IPv4 address, an IPv6 address in brackets, or a name of letters, digits, dots,"
                            + " hyphens and underscores");
        }
        return new HostPort(host, address.group("port") == null ? OptionalInt.empty() : OptionalInt.of(port));
    }

    private static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
