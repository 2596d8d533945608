package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.redis.Certificates;
import io.pikaconnect.redis.Certificates.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is wrong, of the server or of the client: the table in the operators' page has what the user reads. */
class WrongCertificatesTest {

    @TempDir
    private Path directory;

    private Certificates ca;
    private TlsRedis redis;

    @BeforeEach
    void start() throws IOException {
        ca = new Certificates(directory);
        redis = new TlsRedis(directory, ca);
    }

    @AfterEach
    void end() {
        redis.close();
    }

    private void isWrittenTo(String... settings) {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "v");
        redis.sink.applyAll(topic, settings);
        assertThat(redis.sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void aCertificateThatHasExpired() throws IOException {
        redis.shows(ca.expired());
        redis.answers("redis.tls", "has expired (NotAfter", "renew it at the server", redis.tls());
    }

    @Test
    void aCertificateThatIsNotValidYet() throws IOException {
        redis.shows(ca.notValidYet());
        redis.answers("redis.tls", "is not valid yet (NotBefore", "clock", redis.tls());
    }

    @Test
    void aCertificateOfACaThatIsNotTrusted(@TempDir Path elsewhere) {
        redis.answers(
                "redis.tls",
                "no CA that is trusted here",
                "redis.tls.ca.location",
                "redis.address",
                redis.address,
                "redis.tls",
                "true");
        Path other = new Certificates(elsewhere).caPem();
        redis.answers(
                "redis.tls",
                "trusted: " + other,
                "redis.tls.truststore.location",
                redis.tls("redis.tls.ca.location", other.toString()));
    }

    @Test
    void aCertificateThatNobodyElseHasSigned() throws IOException {
        Pair selfSigned = ca.selfSigned();
        redis.shows(selfSigned);
        redis.answers("redis.tls", "no CA that is trusted here", "redis.tls.ca.location", redis.tls());
        isWrittenTo(redis.tls("redis.tls.ca.location", selfSigned.certificate().toString()));
    }

    @Test
    void aServerThatDoesNotSendTheCaBetweenItAndTheRoot() throws IOException {
        redis.shows(ca.ofIntermediate(false));
        redis.answers("redis.tls", "no CA that is trusted here", "CAs between", redis.tls());
        redis.shows(ca.ofIntermediate(true));
        isWrittenTo(redis.tls());
    }

    @Test
    void aCertificateForAnotherHost() throws IOException {
        redis.shows(ca.forAnotherHost());
        redis.answers(
                "redis.tls.hostname.verification",
                "is not for 127.0.0.1",
                "redis.tls.hostname.verification=false",
                redis.tls());
        isWrittenTo(redis.tls("redis.tls.hostname.verification", "false"));
    }

    @Test
    void aCertificateOfAServerThatIsForClientsOnly() throws IOException {
        redis.shows(ca.forClientsOnly());
        redis.answers("redis.tls", "is not one for servers", "serverAuth", redis.tls());
    }

    @Test
    void aClientCertificateThatIsMissing() {
        redis.demandsClientCertificates();
        redis.answers(
                "redis.tls.keystore.location",
                "no client certificate is set",
                "redis.tls.certificate.location",
                redis.tls());
    }

    @Test
    void aClientCertificateThatHasExpired() {
        redis.demandsClientCertificates();
        isNotAccepted(ca.expired());
    }

    @Test
    void aClientCertificateOfACaThatTheServerDoesNotKnow(@TempDir Path elsewhere) {
        redis.demandsClientCertificates();
        isNotAccepted(new Certificates(elsewhere).right("client"));
    }

    @Test
    void aClientCertificateThatIsForServersOnly() {
        redis.demandsClientCertificates();
        isNotAccepted(ca.forServersOnly());
    }

    private void isNotAccepted(Pair client) {
        redis.answers(
                "redis.tls.keystore.location",
                "not accept the client certificate",
                "valid, for clients, and signed by a CA",
                redis.as(client));
    }

    @Test
    void aClientCertificateWithTheKeyOfAnother() {
        redis.demandsClientCertificates();
        Pair client = ca.right("client");
        redis.answers(
                "redis.tls.key.location",
                "is not the key of the certificate",
                client.certificate().toString(),
                redis.as(new Pair(client.certificate(), ca.right("another").key())));
    }

    @Test
    void aServerWithNoCipherInCommon() {
        redis.sink.redis().configSet("tls-protocols", "TLSv1.2");
        redis.sink.redis().configSet("tls-ciphers", "ECDHE-ECDSA-AES256-CCM8"); // Java has none of these
        redis.answers("redis.tls", "no version or cipher of TLS in common", "server's log", redis.tls());
    }
}
