package io.pikaconnect.redis;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;

/** The certificate by which a client shows who it is. */
public sealed interface Identity {

    /** Reads the files. */
    void into(SslContextBuilder context);

    /** @param keyPassword the key's own; empty: the same as the store's */
    record Store(StoreFile file, Optional<String> keyPassword) implements Identity {

        @Override
        public void into(SslContextBuilder context) {
            try {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(
                        file.read(true), keyPassword.map(String::toCharArray).orElseGet(file::chars));
                context.keyManager(factory);
            } catch (UnrecoverableKeyException e) {
                throw new TlsFileUnusable(
                        file.setting(), file.path(), "holds a private key that this password does not open", e);
            } catch (GeneralSecurityException e) {
                throw TlsFileUnusable.unreadable(file.setting(), file.path(), e);
            }
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    record Pem(PemFile certificates, PemFile key, Optional<String> keyPassword) implements Identity {

        @Override
        public void into(SslContextBuilder context) {
            byte[] chain = certificates.read();
            byte[] secret = key.readKey();
            try {
                context.keyManager(
                        new ByteArrayInputStream(chain), new ByteArrayInputStream(secret), keyPassword.orElse(null));
            } catch (IllegalArgumentException e) {
                throw String.valueOf(e.getMessage()).contains("certificate")
                        ? certificates.unusable("holds no certificate in PEM that can be read", e)
                        : key.unusable(
                                "holds no private key in PEM (PKCS#8) that can be read"
                                        + (keyPassword.isPresent() ? " with this password" : " without a password"),
                                e);
            }
        }

        @Override
        public String toString() {
            return certificates.toString();
        }
    }
}
