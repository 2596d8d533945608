package io.pikaconnect.redis;

import java.util.Optional;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** There is no connection; its message is the reason in words, and what to do where that is known. */
public final class ConnectFailed extends JedisConnectionException {

    private static final long serialVersionUID = 1L;

    private final String setting;

    /** @param setting that may have to be changed; empty: the one with the address */
    ConnectFailed(String setting, String why, Throwable cause) {
        super(why, cause);
        this.setting = setting;
    }

    /** The server's certificate is for another host than the one that was connected to. */
    boolean isForAnotherHost() {
        return setting.endsWith(TlsFailures.OF_HOST);
    }

    ConnectFailed with(String more) {
        return new ConnectFailed(setting, getMessage() + more, getCause());
    }

    /** Of a connection that did not come about, or broke before Redis had let us in. */
    static ConnectFailed of(Server server, JedisConnectionException e) {
        if (e instanceof ConnectFailed known) {
            return known;
        }
        Optional<ConnectFailed> closed =
                server.access().tls().flatMap(tls -> TlsFailures.afterHandshake(server, tls, e));
        return closed.orElseGet(() -> new ConnectFailed(
                "",
                server.access().tls().isEmpty() ? inTheClear(e, server.access().tlsSetting()) : withRoot(e),
                e));
    }

    /** Why there is none, or what may be wrong with one that is closed at once, or answered by a TLS alert (type 21). */
    private static String inTheClear(JedisConnectionException e, String setting) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Unexpected end of stream") || message.contains("Connection reset")) {
            return "what answers there closes the connection: does it speak TLS only (" + setting
                    + "=true), or is it no Redis?";
        }
        return message.contains("Unknown reply: \u0015")
                ? "what answers there speaks TLS: set " + setting + "=true, or give its port without TLS"
                : withRoot(e);
    }

    static String withRoot(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return e.getMessage()
                + (root == e || String.valueOf(e.getMessage()).equals(root.getMessage())
                        ? ""
                        : " (" + root.getMessage() + ")");
    }

    /** The setting that may have to be changed. */
    public String setting(Target target) {
        return settingOr(target.setting());
    }

    String settingOr(String address) {
        return setting.isEmpty() ? address : setting;
    }
}
