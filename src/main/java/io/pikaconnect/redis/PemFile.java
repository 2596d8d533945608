package io.pikaconnect.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    byte[] readKey() {
        byte[] key = read();
        Matcher other = OTHER_KEY.matcher(new String(key, StandardCharsets.ISO_8859_1));
        if (other.find()) {
            throw unusable(
                    "holds a private key in the format " + other.group(1)
                            + " PRIVATE KEY, which Java cannot read: convert it to PKCS#8 (openssl pkcs8 -topk8 -nocrypt)",
                    null);
        }
        return key;
    }

    TlsFileUnusable unusable(String why, Exception cause) {
        return new TlsFileUnusable(setting, path, why, cause);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
