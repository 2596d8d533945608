package io.pikaconnect.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Optional;

/**
 * A key store of the JVM's, PKCS#12 or JKS for instance.
 *
 * @param setting that names it
 * @param type empty: the file shows it
 */
public record StoreFile(String setting, Path path, Optional<String> type, Optional<String> password) {

    /** @param keys whether it has to have private keys; otherwise certificates */
    KeyStore read(boolean keys) {
        try {
            KeyStore store = load();
            if (Collections.list(store.aliases()).stream().noneMatch(alias -> has(store, alias, keys))) {
                throw new TlsFileUnusable(
                        setting,
                        path,
                        "holds no " + (keys ? "private key" : "certificate of a CA") + ", or none that can be read"
                                + (password.isPresent() ? "" : " without a password"),
                        null);
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw TlsFileUnusable.unreadable(setting, path, e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        if (type.isEmpty()) {
            Files.newInputStream(path).close(); // for an exception that names the cause
            return KeyStore.getInstance(path.toFile(), chars());
        }
        KeyStore store = KeyStore.getInstance(type.get());
        store.load(new ByteArrayInputStream(Files.readAllBytes(path)), chars());
        return store;
    }

    char[] chars() {
        return password.map(String::toCharArray).orElse(null);
    }

    private static boolean has(KeyStore store, String alias, boolean key) {
        try {
            return key ? store.isKeyEntry(alias) : store.isCertificateEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // only of a store that was not loaded
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
