package io.pikaconnect.redis;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are believed. */
public sealed interface Trust {

    /** Reads the file. */
    void into(SslContextBuilder context);

    /** The CAs that the JVM knows. */
    record OfTheJvm() implements Trust {

        @Override
        public void into(SslContextBuilder context) {}

        @Override
        public String toString() {
            return "the CAs that come with Java";
        }
    }

    record Store(StoreFile file) implements Trust {

        @Override
        public void into(SslContextBuilder context) {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(file.read(false));
                context.trustManager(factory);
            } catch (GeneralSecurityException e) {
                throw TlsFileUnusable.unreadable(file.setting(), file.path(), e);
            }
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    record Pem(PemFile file) implements Trust {

        @Override
        public void into(SslContextBuilder context) {
            byte[] certificates = file.read();
            try {
                context.trustManager(new ByteArrayInputStream(certificates));
            } catch (IllegalArgumentException e) {
                throw file.unusable("holds no certificate in PEM that can be read", e);
            }
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }
}
