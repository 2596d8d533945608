package io.pikaconnect.redis;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;

/** A CA and what it signs, as files. */
public final class Certificates {

    private final Path directory;
    private final X509Bundle ca =
            built(new CertificateBuilder().subject("CN=a CA").setIsCertificateAuthority(true), null);

    public Certificates(Path directory) {
        this.directory = directory;
    }

    /** A certificate and its key. */
    public record Pair(Path certificate, Path key) {}

    /** For 127.0.0.1 and localhost, and for a client. */
    public Pair right(String name) {
        return pair(name, here());
    }

    public Pair forAnotherHost() {
        return pair("another", leaf().addSanDnsName("redis.example.org"));
    }

    /** As openssl makes one by default. */
    public Pair selfSigned() {
        return pair("self", built(here().setIsCertificateAuthority(true), null), false);
    }

    /**
     * Signed by a CA that the first one has signed.
     *
     * @param isSent whether the file has that one's certificate, too
     */
    public Pair ofIntermediate(boolean isSent) {
        X509Bundle between =
                built(new CertificateBuilder().subject("CN=a CA between").setIsCertificateAuthority(true), ca);
        return pair("leaf", built(here(), between), isSent);
    }

    public Pair forClientsOnly() {
        return pair("for-clients", here().addExtendedKeyUsageClientAuth());
    }

    public Pair forServersOnly() {
        return pair("for-servers", here().addExtendedKeyUsageServerAuth());
    }

    /** For localhost, but for no address. */
    public Pair forNamesOnly() {
        return pair("by-name", leaf().addSanDnsName("localhost"));
    }

    public Pair expired() {
        return pair(
                "expired",
                here().notBefore(Instant.now().minus(Duration.ofDays(20)))
                        .notAfter(Instant.now().minus(Duration.ofDays(1))));
    }

    public Pair notValidYet() {
        return pair(
                "early",
                here().notBefore(Instant.now().plus(Duration.ofDays(1)))
                        .notAfter(Instant.now().plus(Duration.ofDays(20))));
    }

    private static CertificateBuilder leaf() {
        return new CertificateBuilder().subject("CN=somebody");
    }

    private static CertificateBuilder here() {
        return leaf().addSanIpAddress("127.0.0.1").addSanDnsName("localhost");
    }

    private Pair pair(String name, CertificateBuilder builder) {
        return pair(name, built(builder, ca), false);
    }

    private Pair pair(String name, X509Bundle bundle, boolean withPath) {
        return new Pair(
                write(name + ".crt", withPath ? bundle.getCertificatePathPEM() : bundle.getCertificatePEM()),
                write(name + ".key", bundle.getPrivateKeyPEM()));
    }

    private static X509Bundle built(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null
                    ? builder.ecp256().buildSelfSigned()
                    : builder.ecp256().buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The CA's own certificate. */
    public Path caPem() {
        return write("ca.crt", ca.getCertificatePEM());
    }

    /** The same in a key store. */
    public Path caStore(String type, String password) {
        return store("ca", type, password, store -> store.setCertificateEntry("ca", ca.getCertificate()));
    }

    /** A client's certificate and key in a key store. */
    public Path clientStore(String type, String password, String keyPassword) {
        X509Bundle client = built(leaf(), ca);
        return store(
                "client",
                type,
                password,
                store -> store.setKeyEntry(
                        "client",
                        client.getKeyPair().getPrivate(),
                        keyPassword.toCharArray(),
                        client.getCertificatePathWithRoot()));
    }

    /** A client's certificate, and its key encrypted. */
    public Pair encryptedClient(String password) {
        X509Bundle client = built(leaf(), ca);
        StringWriter key = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(key)) {
            pem.writeObject(new JcaPKCS8Generator(
                    client.getKeyPair().getPrivate(),
                    new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                            .setProvider(new BouncyCastleProvider())
                            .setPassword(password.toCharArray())
                            .build()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return new Pair(write("encrypted.crt", client.getCertificatePEM()), write("encrypted.key", key.toString()));
    }

    /** Fills a store. */
    private interface Filling {
        void into(KeyStore store) throws Exception;
    }

    private Path store(String name, String type, String password, Filling filling) {
        Path file = directory.resolve(name + "." + type);
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance(type);
            store.load(null, null);
            filling.into(store);
            store.store(out, password.toCharArray());
            return file;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
