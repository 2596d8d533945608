package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.redis.Certificates;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A Redis that demands TLS, with and without client certificates, and what a user reads where something is wrong with one. */
class TlsTest {

    private static final String WORD = "s3cret";

    @TempDir
    static Path directory;

    private static Certificates ca;
    private static Certificates.Pair right;
    private static Certificates.Pair client;

    /** What the server reads. */
    private static Certificates.Pair shown;

    private SinkFixture sink;
    private String address;
    private final ModelTopic topic = ModelTopic.begun(1);

    @BeforeAll
    static void sign() {
        ca = new Certificates(directory);
        right = ca.right("server");
        client = ca.right("client");
        shown = new Certificates.Pair(directory.resolve("shown.crt"), directory.resolve("shown.key"));
    }

    @BeforeEach
    void start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        copy(right);
        sink = new SinkFixture(
                "--tls-port",
                String.valueOf(port),
                "--tls-cert-file",
                shown.certificate().toString(),
                "--tls-key-file",
                shown.key().toString(),
                "--tls-ca-cert-file",
                ca.caPem().toString(),
                "--tls-auth-clients",
                "no");
        address = "127.0.0.1:" + port;
        topic.command("SET", "k", "v");
    }

    @AfterEach
    void end() {
        sink.close();
    }

    /** With the CA's certificate. */
    private String[] tls(String... more) {
        return with(List.of("redis.address", address, "redis.tls", "true", "redis.tls.ca.location", ca.caPem()), more);
    }

    private static String[] with(List<?> settings, String... more) {
        List<String> all =
                new ArrayList<>(settings.stream().map(String::valueOf).toList());
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    private Map<String, List<String>> errors(String... settings) {
        Map<String, String> properties = sink.properties(settings);
        properties.put("name", "sink-" + UUID.randomUUID());
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    private void answers(String setting, String words, String remedy, String... settings) {
        assertThat(errors(settings))
                .containsOnlyKeys(setting)
                .hasEntrySatisfying(
                        setting,
                        errors -> assertThat(errors)
                                .singleElement()
                                .asString()
                                .contains(words)
                                .contains(remedy)
                                .doesNotContain(WORD));
    }

    private void demandClientCertificates() {
        sink.redis().configSet("tls-auth-clients", "yes");
    }

    /** From now on; 6.2 cannot change both files while it runs. */
    private void serverShows(Certificates.Pair pair) throws IOException {
        copy(pair);
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
    }

    private static void copy(Certificates.Pair pair) throws IOException {
        Files.copy(pair.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    static Stream<List<Object>> filesOfAllKinds() {
        Certificates.Pair encrypted = ca.encryptedClient(WORD);
        return Stream.of(
                List.of(
                        "redis.tls.truststore.location",
                        ca.caStore("pkcs12", WORD),
                        "redis.tls.truststore.password",
                        WORD,
                        "redis.tls.keystore.location",
                        ca.clientStore("pkcs12", WORD, WORD),
                        "redis.tls.keystore.password",
                        WORD),
                List.of(
                        "redis.tls.truststore.location",
                        ca.caStore("jks", WORD),
                        "redis.tls.truststore.type",
                        "JKS",
                        "redis.tls.keystore.location",
                        ca.clientStore("jks", WORD, "another"),
                        "redis.tls.keystore.type",
                        "JKS",
                        "redis.tls.keystore.password",
                        WORD,
                        "redis.tls.key.password",
                        "another"),
                List.of(
                        "redis.tls.ca.location",
                        ca.caPem(),
                        "redis.tls.certificate.location",
                        client.certificate(),
                        "redis.tls.key.location",
                        client.key()),
                List.of(
                        "redis.tls.ca.location",
                        ca.caPem(),
                        "redis.tls.certificate.location",
                        encrypted.certificate(),
                        "redis.tls.key.location",
                        encrypted.key(),
                        "redis.tls.key.password",
                        WORD));
    }

    @ParameterizedTest
    @MethodSource("filesOfAllKinds")
    void aRedisThatDemandsClientCertificatesIsWrittenTo(List<Object> files) {
        demandClientCertificates();
        String[] settings = with(files, "redis.address", address, "redis.tls", "true");
        assertThat(errors(settings)).isEmpty();
        sink.applyAll(topic, settings);
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void theReadyFileIsRight() throws IOException {
        demandClientCertificates();
        sink.redis().aclSetUser("sink", "on", ">" + WORD, "~*", "+@all");
        Map<String, String> ready = ReadyConfig.in(Path.of("config"), "redis-sink-tls");
        ready.put("redis.address", address);
        ready.put("redis.password", WORD);
        ready.put("redis.tls.ca.location", ca.caPem().toString());
        ready.put("redis.tls.certificate.location", client.certificate().toString());
        ready.put("redis.tls.key.location", client.key().toString());
        assertThat(errors(settings(ready))).isEmpty();
        assertThat(withoutRedis(ready)).isEqualTo(withoutRedis(ReadyConfig.in(Path.of("config"), "redis-sink")));
    }

    static String[] settings(Map<String, String> ready) {
        return ready.entrySet().stream()
                .flatMap(setting -> Stream.of(setting.getKey(), setting.getValue()))
                .toArray(String[]::new);
    }

    static Map<String, String> withoutRedis(Map<String, String> ready) {
        return ready.entrySet().stream()
                .filter(setting -> !setting.getKey().startsWith("redis."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void everyConnectionOfATaskIsEncrypted() {
        ModelTopic wide = ModelTopic.begun(4);
        wide.command("SET", "k", "v");
        sink.redis().configSet("maxclients", "1000");
        ModelWorker worker = sink.all(wide, tls("redis.sender.num", "4"));
        worker.until(() -> sink.isAtEnd(wide));
        String plainPort = ":" + sink.server.port() + " ";
        assertThat(sink.redis().clientList().lines().filter(c -> c.contains("name=kafka-connect-pika")))
                .hasSizeGreaterThan(1)
                .noneMatch(c -> c.contains("laddr=127.0.0.1" + plainPort));
    }

    @Test
    void aPlainClientAtATlsPortIsToldSo() {
        answers("redis.address", "TLS", "redis.tls=true", "redis.address", address);
    }

    @Test
    void aTlsClientAtAPlainPortIsToldSo() {
        answers("redis.tls", "TLS", "redis.tls=false", tls("redis.address", sink.server.address()));
    }

    @Test
    void aCertificateThatHasExpired() throws IOException {
        serverShows(ca.expired());
        answers("redis.tls", "has expired (NotAfter", "renew it at the server", tls());
    }

    @Test
    void aCertificateThatIsNotValidYet() throws IOException {
        serverShows(ca.notValidYet());
        answers("redis.tls", "is not valid yet (NotBefore", "clock", tls());
    }

    @Test
    void aCertificateOfACaThatIsNotTrusted(@TempDir Path elsewhere) {
        answers(
                "redis.tls",
                "no CA that is trusted here",
                "redis.tls.ca.location",
                "redis.address",
                address,
                "redis.tls",
                "true");
        Path other = new Certificates(elsewhere).caPem();
        answers(
                "redis.tls",
                "trusted: " + other,
                "redis.tls.truststore.location",
                tls("redis.tls.ca.location", other.toString()));
    }

    @Test
    void aCertificateForAnotherHost() throws IOException {
        serverShows(ca.forAnotherHost());
        answers(
                "redis.tls.hostname.verification",
                "is not for 127.0.0.1",
                "redis.tls.hostname.verification=false",
                tls());
        sink.applyAll(topic, tls("redis.tls.hostname.verification", "false"));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void aClientCertificateThatIsMissing() {
        demandClientCertificates();
        answers("redis.tls.keystore.location", "no client certificate is set", "redis.tls.certificate.location", tls());
    }

    @Test
    void aClientCertificateThatTheServerDoesNotAccept() {
        demandClientCertificates();
        Certificates.Pair expired = ca.expired();
        answers(
                "redis.tls.keystore.location",
                "not accept the client certificate",
                "valid and signed by a CA",
                tls(
                        "redis.tls.certificate.location",
                        expired.certificate().toString(),
                        "redis.tls.key.location",
                        expired.key().toString()));
    }

    @Test
    void aCertificateThatIsRenewedAtTheServerIsEnough() throws IOException {
        serverShows(ca.expired());
        ModelWorker worker = sink.all(topic, tls());
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 1);
        serverShows(right);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void renewedFilesCountFromTheNextConnectOn() throws IOException {
        Path trusted = directory.resolve("trusted.pem");
        Files.writeString(trusted, "in the middle of being written");
        ModelWorker worker = sink.all(topic, tls("redis.tls.ca.location", trusted.toString()));
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 1);
        assertThat(sink.content()).isEmpty();
        Files.copy(ca.caPem(), trusted, StandardCopyOption.REPLACE_EXISTING);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void filesThatCannotBeUsedAreNamedWithTheCause() {
        Path store = ca.caStore("pkcs12", WORD);
        Path nothing = ca.write("nothing.pem", "nothing");
        Path old = ca.write("old.key", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n");
        String missing = directory.resolve("missing").toString();
        answers(
                "redis.tls.ca.location",
                missing,
                "does not exist on this worker",
                tls("redis.tls.ca.location", missing));
        answers("redis.tls.ca.location", "nothing.pem", "no certificate", tls("redis.tls.ca.location", "" + nothing));
        answers(
                "redis.tls.ca.location",
                directory.toString(),
                "cannot be read",
                tls("redis.tls.ca.location", "" + directory));
        answersForStore(store, "password was incorrect", "redis.tls.truststore.password", "wrong");
        answersForStore(store, "without a password");
        answersForStore(nothing, "cannot be read", "redis.tls.truststore.password", WORD);
        answersForStore(store, "cannot be read", "redis.tls.truststore.type", "no such type");
        answersForStore(
                ca.clientStore("pkcs12", WORD, WORD), "no certificate of a CA", "redis.tls.truststore.password", WORD);
        answersForKey(old, "openssl pkcs8 -topk8");
        answersForKey(nothing, "no private key");
        answersForKey(ca.encryptedClient(WORD).key(), "without a password");
        answersForKey(ca.encryptedClient(WORD).key(), "with this password", "redis.tls.key.password", "wrong");
        answers(
                "redis.tls.keystore.location",
                "does not open",
                "client.jks",
                tls(
                        "redis.tls.keystore.location",
                        "" + ca.clientStore("jks", WORD, "another"),
                        "redis.tls.keystore.password",
                        WORD));
    }

    private void answersForStore(Path file, String words, String... more) {
        answers(
                "redis.tls.truststore.location",
                file.getFileName().toString(),
                words,
                with(
                        List.of("redis.address", address, "redis.tls", "true", "redis.tls.truststore.location", file),
                        more));
    }

    private void answersForKey(Path file, String words, String... more) {
        answers(
                "redis.tls.key.location",
                file.getFileName().toString(),
                words,
                tls(with(
                        List.of("redis.tls.certificate.location", client.certificate(), "redis.tls.key.location", file),
                        more)));
    }

    @Test
    void whatHasNoEffectOrContradictsItselfIsRefused() {
        answers("redis.tls.ca.location", "has no effect", "redis.tls=true", "redis.tls.ca.location", "" + ca.caPem());
        answers(
                "redis.tls.ca.location",
                "contradicts redis.tls.truststore.location",
                "one of the two",
                tls("redis.tls.truststore.location", "" + ca.caStore("pkcs12", WORD)));
        answers(
                "redis.tls.key.location",
                "is missing",
                "redis.tls.certificate.location",
                tls("redis.tls.certificate.location", "" + client.certificate()));
        answers(
                "redis.tls.keystore.location",
                "is missing",
                "redis.tls.keystore.password",
                tls("redis.tls.keystore.password", WORD));
    }
}
