package io.pikaconnect.redis;

import io.netty.handler.ssl.SslContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in PEM: certificates, or a private key in PKCS#8.
 *
 * @param setting that names it
 */
public record PemFile(String setting, Path path) {

    private static final Pattern OTHER_KEY = Pattern.compile("BEGIN (RSA|EC|DSA|OPENSSH) PRIVATE KEY");

    byte[] read() {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw TlsFileUnusable.unreadable(setting, path, e);
        }
    }

    /** One or more. */
    X509Certificate[] readCertificates() {
        byte[] certificates = read();
        try {
            return Pem.certificates(certificates);
        } catch (GeneralSecurityException e) {
            throw unusable("holds no certificate in PEM that can be read", e);
        }
    }

    PrivateKey readKey(Optional<String> password) {
        byte[] key = read();
        Matcher other = OTHER_KEY.matcher(new String(key, StandardCharsets.ISO_8859_1));
        if (other.find()) {
            throw unusable(
                    "holds a private key in the format " + other.group(1)
                            + " PRIVATE KEY, which Java cannot read: convert it to PKCS#8 (openssl pkcs8 -topk8 -nocrypt)",
                    null);
        }
        try {
            return Pem.key(key, password.orElse(null));
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(
                    "holds no private key in PEM (PKCS#8) that can be read"
                            + (password.isPresent() ? " with this password" : " without a password"),
                    e);
        }
    }

    /** Reads PEM as Netty does, which has that for subclasses only. */
    private abstract static class Pem extends SslContext {

        static X509Certificate[] certificates(byte[] pem) throws CertificateException {
            return toX509Certificates(new ByteArrayInputStream(pem));
        }

        static PrivateKey key(byte[] pem, String password) throws GeneralSecurityException, IOException {
            return toPrivateKey(new ByteArrayInputStream(pem), password);
        }
    }

    TlsFileUnusable unusable(String why, Exception cause) {
        return new TlsFileUnusable(setting, path, why, cause);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
