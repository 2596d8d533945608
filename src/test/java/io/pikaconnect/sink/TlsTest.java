package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.redis.Certificates;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A Redis that demands TLS, with and without client certificates: files of all kinds, and what a user reads where settings are wrong. */
class TlsTest {

    @TempDir
    static Path directory;

    private static Certificates ca;
    private static Certificates.Pair client;

    private TlsRedis redis;
    private SinkFixture sink;
    private final ModelTopic topic = ModelTopic.begun(1);

    @BeforeAll
    static void sign() {
        ca = new Certificates(directory);
        client = ca.right("client");
    }

    @BeforeEach
    void start() throws IOException {
        redis = new TlsRedis(directory, ca);
        sink = redis.sink;
        topic.command("SET", "k", "v");
    }

    @AfterEach
    void end() {
        redis.close();
    }

    static Stream<List<Object>> filesOfAllKinds() {
        Certificates.Pair encrypted = ca.encryptedClient(TlsRedis.WORD);
        return Stream.of(
                List.of(
                        "redis.tls.truststore.location",
                        ca.caStore("pkcs12", TlsRedis.WORD),
                        "redis.tls.truststore.password",
                        TlsRedis.WORD,
                        "redis.tls.keystore.location",
                        ca.clientStore("pkcs12", TlsRedis.WORD, TlsRedis.WORD),
                        "redis.tls.keystore.password",
                        TlsRedis.WORD),
                List.of(
                        "redis.tls.truststore.location",
                        ca.caStore("jks", TlsRedis.WORD),
                        "redis.tls.truststore.type",
                        "JKS",
                        "redis.tls.keystore.location",
                        ca.clientStore("jks", TlsRedis.WORD, "another"),
                        "redis.tls.keystore.type",
                        "JKS",
                        "redis.tls.keystore.password",
                        TlsRedis.WORD,
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
                        TlsRedis.WORD));
    }

    @ParameterizedTest
    @MethodSource("filesOfAllKinds")
    void aRedisThatDemandsClientCertificatesIsWrittenTo(List<Object> files) {
        redis.demandsClientCertificates();
        String[] settings = TlsRedis.with(files, "redis.address", redis.address, "redis.tls", "true");
        assertThat(redis.errors(settings)).isEmpty();
        sink.applyAll(topic, settings);
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void theReadyFileIsRight() throws IOException {
        redis.demandsClientCertificates();
        sink.redis().aclSetUser("sink", "on", ">" + TlsRedis.WORD, "~*", "+@all");
        Map<String, String> ready = ReadyConfig.in(Path.of("config"), "redis-sink-tls");
        ready.put("redis.address", redis.address);
        ready.put("redis.password", TlsRedis.WORD);
        ready.put("redis.tls.ca.location", ca.caPem().toString());
        ready.put("redis.tls.certificate.location", client.certificate().toString());
        ready.put("redis.tls.key.location", client.key().toString());
        assertThat(redis.errors(settings(ready))).isEmpty();
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
        ModelWorker worker = sink.all(wide, redis.tls("redis.sender.num", "4"));
        worker.until(() -> sink.isAtEnd(wide));
        String plainPort = ":" + sink.server.port() + " ";
        assertThat(sink.redis().clientList().lines().filter(c -> c.contains("name=kafka-connect-pika")))
                .hasSizeGreaterThan(1)
                .noneMatch(c -> c.contains("laddr=127.0.0.1" + plainPort));
    }

    @Test
    void aPlainClientAtATlsPortIsToldSo() {
        redis.answers("redis.address", "TLS", "redis.tls=true", "redis.address", redis.address);
    }

    @Test
    void aTlsClientAtAPlainPortIsToldSo() {
        redis.answers("redis.tls", "TLS", "redis.tls=false", redis.tls("redis.address", sink.server.address()));
    }

    @Test
    void aCertificateThatIsRenewedAtTheServerIsEnough() throws IOException {
        redis.shows(ca.expired());
        ModelWorker worker = sink.all(topic, redis.tls());
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 1);
        redis.shows(ca.right("server"));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void renewedFilesCountFromTheNextConnectOn() throws IOException {
        Path trusted = directory.resolve("trusted.pem");
        Files.writeString(trusted, "in the middle of being written");
        ModelWorker worker = sink.all(topic, redis.tls("redis.tls.ca.location", trusted.toString()));
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 1);
        assertThat(sink.content()).isEmpty();
        Files.copy(ca.caPem(), trusted, StandardCopyOption.REPLACE_EXISTING);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void filesThatCannotBeUsedAreNamedWithTheCause() {
        Path store = ca.caStore("pkcs12", TlsRedis.WORD);
        Path nothing = ca.write("nothing.pem", "nothing");
        Path old = ca.write("old.key", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n");
        String missing = directory.resolve("missing").toString();
        redis.answers(
                "redis.tls.ca.location",
                missing,
                "does not exist on this worker",
                redis.tls("redis.tls.ca.location", missing));
        redis.answers(
                "redis.tls.ca.location",
                "nothing.pem",
                "no certificate",
                redis.tls("redis.tls.ca.location", "" + nothing));
        redis.answers(
                "redis.tls.ca.location",
                directory.toString(),
                "cannot be read",
                redis.tls("redis.tls.ca.location", "" + directory));
        answersForStore(store, "password was incorrect", "redis.tls.truststore.password", "wrong");
        answersForStore(store, "without a password");
        answersForStore(nothing, "cannot be read", "redis.tls.truststore.password", TlsRedis.WORD);
        answersForStore(store, "cannot be read", "redis.tls.truststore.type", "no such type");
        answersForStore(
                ca.clientStore("pkcs12", TlsRedis.WORD, TlsRedis.WORD),
                "no certificate of a CA",
                "redis.tls.truststore.password",
                TlsRedis.WORD);
        answersForKey(old, "openssl pkcs8 -topk8");
        answersForKey(nothing, "no private key");
        answersForKey(ca.encryptedClient(TlsRedis.WORD).key(), "without a password");
        answersForKey(ca.encryptedClient(TlsRedis.WORD).key(), "with this password", "redis.tls.key.password", "wrong");
        redis.answers(
                "redis.tls.keystore.location",
                "does not open",
                "client.jks",
                redis.tls(
                        "redis.tls.keystore.location",
                        "" + ca.clientStore("jks", TlsRedis.WORD, "another"),
                        "redis.tls.keystore.password",
                        TlsRedis.WORD));
    }

    private void answersForStore(Path file, String words, String... more) {
        redis.answers(
                "redis.tls.truststore.location",
                file.getFileName().toString(),
                words,
                TlsRedis.with(
                        List.of(
                                "redis.address",
                                redis.address,
                                "redis.tls",
                                "true",
                                "redis.tls.truststore.location",
                                file),
                        more));
    }

    private void answersForKey(Path file, String words, String... more) {
        redis.answers(
                "redis.tls.key.location",
                file.getFileName().toString(),
                words,
                redis.tls(TlsRedis.with(
                        List.of("redis.tls.certificate.location", client.certificate(), "redis.tls.key.location", file),
                        more)));
    }

    @Test
    void whatHasNoEffectOrContradictsItselfIsRefused() {
        redis.answers(
                "redis.tls.ca.location", "has no effect", "redis.tls=true", "redis.tls.ca.location", "" + ca.caPem());
        redis.answers(
                "redis.tls.ca.location",
                "contradicts redis.tls.truststore.location",
                "one of the two",
                redis.tls("redis.tls.truststore.location", "" + ca.caStore("pkcs12", TlsRedis.WORD)));
        redis.answers(
                "redis.tls.key.location",
                "is missing",
                "redis.tls.certificate.location",
                redis.tls("redis.tls.certificate.location", "" + client.certificate()));
        redis.answers(
                "redis.tls.keystore.location",
                "is missing",
                "redis.tls.keystore.password",
                redis.tls("redis.tls.keystore.password", TlsRedis.WORD));
    }
}
