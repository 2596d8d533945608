package io.pikaconnect.redis;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How connections are encrypted. The files are read for each connection, so that renewed ones count from the next on.
 *
 * @param prefix of the settings, such as {@code redis.tls}
 * @param verifiesHost whether the server's certificate has to be for the host that is connected to
 */
public record Tls(String prefix, Trust trust, Optional<Identity> identity, boolean verifiesHost) {

    /** Reads the files. */
    public void check() {
        context();
    }

    /** The socket, encrypted; the handshake is complete. */
    SSLSocket over(Socket socket, String host, int port) throws IOException {
        SSLContext context;
        try {
            context = context();
        } catch (TlsFileUnusable e) { // perhaps it is being renewed
            throw new ConnectFailed(e.setting(), e.getMessage(), e);
        }
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
        if (verifiesHost) {
            SSLParameters parameters = encrypted.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypted.setSSLParameters(parameters);
        }
        encrypted.startHandshake();
        return encrypted;
    }

    private SSLContext context() {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        trust.into(builder);
        identity.ifPresent(i -> i.into(builder));
        try {
            return ((JdkSslContext) builder.build()).context();
        } catch (SSLException e) {
            throw new IllegalStateException("this JVM makes no TLS context", e);
        }
    }

    String trustText() {
        return "trusted: " + trust;
    }

    String identityText() {
        return identity.map(i -> "its client certificate: " + i).orElse("no client certificate is set");
    }
}
