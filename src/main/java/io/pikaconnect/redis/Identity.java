package io.pikaconnect.redis;

import io.netty.handler.ssl.SslContextBuilder;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
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
            X509Certificate[] chain = certificates.readCertificates();
            PrivateKey secret = key.readKey(keyPassword);
            if (!KeyPairs.belong(secret, chain[0].getPublicKey())) {
                throw key.unusable("is not the key of the certificate in " + certificates, null);
            }
            context.keyManager(secret, chain);
        }

        @Override
        public String toString() {
            return certificates.toString();
        }
    }
}
