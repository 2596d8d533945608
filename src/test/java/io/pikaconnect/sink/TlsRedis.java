package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.redis.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;

/** A Redis that listens in the clear and with TLS, and shows a certificate that can be exchanged. */
final class TlsRedis implements AutoCloseable {

    /** Stands in no message. */
    static final String WORD = "s3cret";

    final SinkFixture sink;
    /** The one for TLS. */
    final String address;

    private final Certificates ca;
    /** What the server reads. */
    private final Certificates.Pair shown;

    /**
     * Shows the right one at first, and demands none.
     *
     * @param directory for its files
     * @param options more
     */
    TlsRedis(Path directory, Certificates ca, String... options) throws IOException {
        this.ca = ca;
        shown = new Certificates.Pair(directory.resolve("shown.crt"), directory.resolve("shown.key"));
        copy(ca.right("server"));
        int port = SentinelSecrets.freePort();
        address = "127.0.0.1:" + port;
        sink = new SinkFixture(with(
                List.of(
                        "--tls-port",
                        port,
                        "--tls-cert-file",
                        shown.certificate(),
                        "--tls-key-file",
                        shown.key(),
                        "--tls-ca-cert-file",
                        ca.caPem(),
                        "--tls-auth-clients",
                        "no"),
                options));
    }

    /** From now on; 6.2 cannot change both files while it runs. */
    void shows(Certificates.Pair pair) throws IOException {
        copy(pair);
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
    }

    private void copy(Certificates.Pair pair) throws IOException {
        Files.copy(pair.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    void demandsClientCertificates() {
        sink.redis().configSet("tls-auth-clients", "yes");
    }

    /** A sink's settings, with the CA's certificate. */
    String[] tls(String... more) {
        return with(List.of("redis.address", address, "redis.tls", "true", "redis.tls.ca.location", ca.caPem()), more);
    }

    /** The same for one that shows this certificate. */
    String[] as(Certificates.Pair client) {
        return tls(
                "redis.tls.certificate.location",
                client.certificate().toString(),
                "redis.tls.key.location",
                client.key().toString());
    }

    static String[] with(List<?> settings, String... more) {
        return Stream.concat(settings.stream().map(String::valueOf), Stream.of(more))
                .toArray(String[]::new);
    }

    /** What validation finds, by setting. */
    Map<String, List<String>> errors(String... settings) {
        Map<String, String> properties = sink.properties(settings);
        properties.put("name", "sink-" + UUID.randomUUID());
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    /** Validation has one error, at that setting, with these words. */
    void answers(String setting, String words, String remedy, String... settings) {
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

    @Override
    public void close() {
        sink.close();
    }
}
