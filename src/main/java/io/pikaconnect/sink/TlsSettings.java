package io.pikaconnect.sink;

import io.pikaconnect.redis.Identity;
import io.pikaconnect.redis.PemFile;
import io.pikaconnect.redis.StoreFile;
import io.pikaconnect.redis.Tls;
import io.pikaconnect.redis.TlsFileUnusable;
import io.pikaconnect.redis.Trust;
import io.pikaconnect.settings.Layout;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.settings.SettingText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The settings of one kind of encrypted connection, which have a prefix in common: {@code redis.tls} or
 * {@code redis.sentinel.tls}.
 */
record TlsSettings(String prefix, String server) {

    static final TlsSettings REDIS = new TlsSettings("redis.tls", "Redis");
    static final TlsSettings SENTINELS = new TlsSettings("redis.sentinel.tls", "the sentinels");

    private String trustStore() {
        return prefix + ".truststore.location";
    }

    private String trustStoreType() {
        return prefix + ".truststore.type";
    }

    private String trustStorePassword() {
        return prefix + ".truststore.password";
    }

    private String keyStore() {
        return prefix + ".keystore.location";
    }

    private String keyStoreType() {
        return prefix + ".keystore.type";
    }

    private String keyStorePassword() {
        return prefix + ".keystore.password";
    }

    private String keyPassword() {
        return prefix + ".key.password";
    }

    private String ca() {
        return prefix + ".ca.location";
    }

    private String certificate() {
        return prefix + ".certificate.location";
    }

    private String key() {
        return prefix + ".key.location";
    }

    private String hostVerification() {
        return prefix + ".hostname.verification";
    }

    /** Adds them to a table, but for the one that is the prefix itself. */
    void define(ConfigDef table) {
        table.define(
                hostVerification(),
                Type.BOOLEAN,
                true,
                Importance.MEDIUM,
                "Whether the certificate of " + server
                        + " has to be for the host name or address that is connected to.");
        file(
                table,
                trustStore(),
                "Key store (PKCS#12, JKS) with the certificates of the CAs that may sign the one of " + server
                        + ". Files are read again for each connection, so renewed ones count from the next on. Neither"
                        + " this nor " + ca() + ": the CAs that come with Java.");
        text(table, trustStoreType(), "Its type, such as PKCS12. Empty: the file shows it.");
        password(table, trustStorePassword(), "Its password.");
        file(table, ca(), "The same certificates as a PEM file.");
        file(
                table,
                keyStore(),
                "Key store with the certificate and private key that the sink shows to " + server
                        + " where that demands one (mTLS).");
        text(table, keyStoreType(), "Its type, such as PKCS12. Empty: the file shows it.");
        password(table, keyStorePassword(), "Its password.");
        file(
                table,
                certificate(),
                "The same certificate as a PEM file, followed by those of intermediate CAs; with " + key() + ".");
        file(table, key(), "Its private key as a PEM file in PKCS#8, encrypted or not.");
        password(
                table,
                keyPassword(),
                "Password of the private key: of the PEM file, or in the key store, where empty means the store's"
                        + " password.");
    }

    private static void file(ConfigDef table, String name, String documentation) {
        text(table, name, documentation);
    }

    private static void text(ConfigDef table, String name, String documentation) {
        table.define(name, Type.STRING, "", SettingText.oneLine(), Importance.LOW, documentation);
    }

    private static void password(ConfigDef table, String name, String documentation) {
        table.define(name, Type.PASSWORD, "", SettingText.oneLine(), Importance.LOW, documentation);
    }

    void show(Layout layout) {
        layout.show(hostVerification(), "Check the host name in the certificate, " + server, Width.SHORT)
                .show(trustStore(), "Trust store, " + server, Width.LONG)
                .show(trustStoreType(), "Type of the trust store, " + server, Width.SHORT)
                .show(trustStorePassword(), "Password of the trust store, " + server, Width.MEDIUM)
                .show(ca(), "Certificates of CAs (PEM), " + server, Width.LONG)
                .show(keyStore(), "Key store, " + server, Width.LONG)
                .show(keyStoreType(), "Type of the key store, " + server, Width.SHORT)
                .show(keyStorePassword(), "Password of the key store, " + server, Width.MEDIUM)
                .show(certificate(), "Client certificate (PEM), " + server, Width.LONG)
                .show(key(), "Private key (PEM), " + server, Width.LONG)
                .show(keyPassword(), "Password of the private key, " + server, Width.MEDIUM);
    }

    /** Adds those that are given although there is no TLS: nobody should believe that there is. */
    void addWithoutEffect(AbstractConfig config, String because, String remedy, Problems problems) {
        config.originals().keySet().stream()
                .filter(name ->
                        name.startsWith(prefix + ".") && RedisSinkConfig.names().contains(name))
                .sorted()
                .forEach(name ->
                        problems.add(name, "has no effect while " + because + ": set " + remedy + ", or remove it"));
    }

    Tls read(AbstractConfig config) {
        return new Tls(prefix, trust(config), identity(config), config.getBoolean(hostVerification()));
    }

    private Trust trust(AbstractConfig config) {
        Optional<Trust> store = given(config, trustStore())
                .map(file -> new Trust.Store(new StoreFile(
                        trustStore(),
                        Path.of(file),
                        given(config, trustStoreType()),
                        secret(config, trustStorePassword()))));
        return store.or(() -> given(config, ca()).map(file -> new Trust.Pem(new PemFile(ca(), Path.of(file)))))
                .orElseGet(Trust.OfTheJvm::new);
    }

    private Optional<Identity> identity(AbstractConfig config) {
        Optional<Identity> store = given(config, keyStore())
                .map(file -> new Identity.Store(
                        new StoreFile(
                                keyStore(),
                                Path.of(file),
                                given(config, keyStoreType()),
                                secret(config, keyStorePassword())),
                        secret(config, keyPassword())));
        return store.or(() -> given(config, certificate())
                .flatMap(chain -> given(config, key())
                        .map(file -> new Identity.Pem(
                                new PemFile(certificate(), Path.of(chain)),
                                new PemFile(key(), Path.of(file)),
                                secret(config, keyPassword())))));
    }

    /** Adds what contradicts itself, and files that cannot be used. */
    void check(AbstractConfig config, Problems problems) {
        notBoth(config, trustStore(), ca(), problems);
        notBoth(config, keyStore(), certificate(), problems);
        notBoth(config, keyStore(), key(), problems);
        needs(config, certificate(), key(), problems);
        needs(config, key(), certificate(), problems);
        List.of(trustStoreType(), trustStorePassword()).forEach(name -> needs(config, name, trustStore(), problems));
        List.of(keyStoreType(), keyStorePassword()).forEach(name -> needs(config, name, keyStore(), problems));
        if (isGiven(config, keyPassword()) && !isGiven(config, keyStore())) {
            needs(config, keyPassword(), key(), problems);
        }
        if (problems.isEmpty()) {
            try {
                read(config).check();
            } catch (TlsFileUnusable e) {
                problems.add(e.setting(), e.getMessage());
            }
        }
    }

    private static void notBoth(AbstractConfig config, String one, String other, Problems problems) {
        if (isGiven(config, one) && isGiven(config, other)) {
            problems.add(other, "contradicts " + one + ": give one of the two");
        }
    }

    private static void needs(AbstractConfig config, String one, String other, Problems problems) {
        if (isGiven(config, one) && !isGiven(config, other)) {
            problems.add(other, "is missing, but " + one + " is given");
        }
    }

    private static boolean isGiven(AbstractConfig config, String name) {
        return given(config, name).isPresent();
    }

    /** Of a text or a password. */
    private static Optional<String> given(AbstractConfig config, String name) {
        return config.typeOf(name) == Type.PASSWORD
                ? secret(config, name)
                : Optional.of(config.getString(name)).filter(text -> !text.isBlank());
    }

    static Optional<String> secret(AbstractConfig config, String name) {
        return Optional.of(config.getPassword(name).value()).filter(text -> !text.isEmpty());
    }
}
