package io.pikaconnect.redis;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failed handshake means, and what to do about it. */
final class TlsFailures {

    /**
     * @param error found in the chain of causes; its group, if it has one, is {@code %s} in the texts
     * @param setting what follows the prefix of the TLS settings
     */
    private record Row(Pattern error, String setting, String what, String remedy) {}

    /** The end of the setting to which a certificate for another host belongs. */
    static final String OF_HOST = ".hostname.verification";

    private static final String DEMANDS_ONE =
            "give it one: {prefix}.keystore.location, or {prefix}.certificate.location and {prefix}.key.location";

    private static final String A_RIGHT_ONE = "valid, for clients, and signed by a CA that the server trusts";

    private static final Row REFUSED = row(
            "fatal alert: (certificate_required|bad_certificate|certificate_unknown|unknown_ca|certificate_expired"
                    + "|certificate_revoked|unsupported_certificate|access_denied|decrypt_error)",
            ".keystore.location",
            "the server does not accept the client certificate (%s; {identity})",
            DEMANDS_ONE + ", " + A_RIGHT_ONE);

    /**
     * A server that speaks TLS 1.3 judges the client's certificate after the client's side of the handshake is complete, and
     * its alert may be lost when it closes the connection.
     */
    private static final Row CLOSED = row(
            "terminated the handshake|end of stream|Connection reset|Broken pipe|closed",
            ".keystore.location",
            "the server closes the connection, as one does that does not accept the client certificate ({identity}), or that"
                    + " speaks no TLS",
            "if it demands one, " + DEMANDS_ONE + ", " + A_RIGHT_ONE);

    private static final List<Row> ROWS = List.of(
            row(
                    "CertificateExpiredException: ([^\n]*)",
                    "",
                    "the server's certificate, or a CA's above it, has expired (%s)",
                    "renew it at the server, which is then connected to by itself"),
            row(
                    "CertificateNotYetValidException: ([^\n]*)",
                    "",
                    "the server's certificate, or a CA's above it, is not valid yet (%s)",
                    "check the clocks of both machines"),
            row(
                    "CertificateException: (No (?:subject alternative|name matching)[^\n]*)",
                    OF_HOST,
                    "the server's certificate is not for {host} (%s)",
                    "use a host name or address that the certificate has, or set {prefix}.hostname.verification=false"),
            row(
                    "ValidatorException: ((?:Extended key usage|KeyUsage) does not [^\n]*)",
                    "",
                    "the server's certificate is not one for servers (%s)",
                    "have one signed with serverAuth in its extended key usage"),
            row(
                    "unable to find valid certification path|signature check failed|does not chain with any|Trusted CA|No trusted certificate",
                    "",
                    "no CA that is trusted here has signed the server's certificate ({trust})",
                    "name the file with its CA in {prefix}.ca.location or {prefix}.truststore.location; CAs between that one and"
                            + " the server's certificate belong into the server's file"),
            REFUSED,
            row(
                    "fatal alert: (handshake_failure|protocol_version|insufficient_security)|No appropriate protocol",
                    "",
                    "the server and this JVM have no version or cipher of TLS in common, or it demands a client certificate"
                            + " (%s; {identity})",
                    "look at the server's log; if it demands a certificate, " + DEMANDS_ONE),
            row(
                    "Unsupported or unrecognized SSL message",
                    "",
                    "what answers there does not speak TLS",
                    "give its TLS port, or set {prefix}=false"),
            row(
                    "SocketTimeoutException",
                    "",
                    "nothing there answers as TLS does",
                    "give the server's TLS port, or set {prefix}=false if it has none"),
            CLOSED);

    private TlsFailures() {}

    static ConnectFailed ofHandshake(Server server, Tls tls, Throwable e) {
        return find(ROWS, server, tls, e)
                .orElseGet(() -> new ConnectFailed(tls.prefix(), ConnectFailed.withRoot(e), e));
    }

    /** Empty if it has nothing to do with TLS. */
    static Optional<ConnectFailed> afterHandshake(Server server, Tls tls, Throwable e) {
        return String.valueOf(e.getMessage()).startsWith("Failed to connect")
                ? Optional.empty()
                : find(List.of(REFUSED, CLOSED), server, tls, e);
    }

    private static Optional<ConnectFailed> find(List<Row> rows, Server server, Tls tls, Throwable e) {
        String chain = chain(e);
        for (Row row : rows) {
            Matcher matcher = row.error.matcher(chain);
            if (matcher.find()) {
                String detail =
                        matcher.groupCount() > 0 && matcher.group(1) != null ? matcher.group(1) : matcher.group();
                String text = (row.what.replace("%s", detail) + ": " + row.remedy)
                        .replace("{host}", server.host())
                        .replace("{trust}", tls.trustText())
                        .replace("{identity}", tls.identityText())
                        .replace("{prefix}", tls.prefix());
                return Optional.of(new ConnectFailed(tls.prefix() + row.setting, text, e));
            }
        }
        return Optional.empty();
    }

    private static String chain(Throwable e) {
        StringBuilder texts = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            texts.append(t).append('\n');
        }
        return texts.toString();
    }

    private static Row row(String error, String setting, String what, String remedy) {
        return new Row(Pattern.compile(error), setting, what, remedy);
    }
}
