package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.tool.page.Ends;
import io.pikaconnect.tool.page.PageAddress;
import io.pikaconnect.tool.page.StatusPage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page shows of connectors in a Connect cluster, of a Pika and of a Redis. */
class LookoutTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private FakeMigration migration;
    private StatusPage page;
    private Lookout lookout;

    @BeforeEach
    void start() throws IOException {
        migration = new FakeMigration();
        page = StatusPage.start(PageAddress.parse("0").orElseThrow(), new Ends("Pika", "Redis"));
        lookout = Lookout.at(new ConnectRest(URI.create(migration.connect().address()), Optional.empty()), page);
    }

    @AfterEach
    void stop() {
        lookout.close();
        page.close();
        migration.close();
    }

    static JsonNode status(URI page) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(page.resolve("/status.json")).build(),
                        HttpResponse.BodyHandlers.ofString());
        return new ObjectMapper().readTree(answer.body());
    }

    private void awaitStatus(Predicate<JsonNode> condition) {
        await().atMost(LIMIT).until(() -> condition.test(status(page.address())));
    }

    private static Predicate<JsonNode> headline(String text) {
        return status -> status.path("headline").asText().equals(text);
    }

    @Test
    void seesThatItIsReadyAndCountsKeysAndCommands() throws Exception {
        awaitStatus(headline("Ready for the cut-over"));
        awaitStatus(status -> status.has("commandsPerSecond"));
        JsonNode status = status(page.address());
        assertThat(status.path("keys").asLong()).isEqualTo(1);
        assertThat(status.path("lagBytes").asLong(-1)).isZero();
        assertThat(status.path("metricsKnown").asBoolean()).isFalse();
        assertThat(status.path("checklist").findValuesAsText("detail"))
                .contains("set expiry.mode=native, set rebuild=never");
        assertThat(migration.connect().changes()).isEmpty();
    }

    @Test
    void whatWasAppliedBeforeTheFirstLookIsNoSpeed() throws Exception {
        awaitStatus(status -> status.path("history").path("time").size() > 1);
        status(page.address())
                .path("history")
                .path("recordsPerSecond")
                .forEach(rate -> assertThat(rate.asDouble(-1)).isZero());
    }

    @Test
    void theMetricsOfTheWorkerHavePercentAndDiscards() throws Exception {
        migration.connect().place(Pipeline.SOURCE, "db0", "snapshot", "0/0", "4,4");
        migration.ledger(false, "held");
        migration
                .connect()
                .metrics(
                        "[{\"type\":\"source\",\"tags\":{\"connector\":\"pika-source\",\"db\":\"db0\"},"
                                + "\"values\":{\"phase\":\"snapshot\",\"snapshot-percent\":\"42\"}},"
                                + "{\"type\":\"source-discards\",\"tags\":{\"reason\":\"spop\"},\"values\":{\"discards\":\"3\"}}]");
        awaitStatus(headline("Snapshot, 42 %"));
        JsonNode status = status(page.address());
        assertThat(status.path("discards").path(0).path("reason").asText()).isEqualTo("spop");
        assertThat(status.path("tasks").path(0).path("doing").asText()).isEqualTo("db0 snapshot");
    }

    @Test
    void aTaskThatFailsHasCauseAndRemedy() throws Exception {
        migration
                .connect()
                .fail(
                        Pipeline.SOURCE,
                        "io.pikaconnect.failure.TaskFailure: pika db0: cannot. Do that\n\tat a.B.c(B.java:1)");
        awaitStatus(headline("pika-source, task 0 has failed"));
        assertThat(status(page.address()).path("tasks").path(0).path("remedy").asText())
                .isEqualTo("Do that");
    }

    @Test
    void aRedisThatIsAwayIsNamedAndSeenAgainWhenItIsBack() {
        awaitStatus(headline("Ready for the cut-over"));
        migration.inRedis(client -> client.configSet("requirepass", "other"));
        awaitStatus(headline("Redis cannot be asked"));
        migration.inRedis(client -> {
            client.auth("other");
            client.configSet("requirepass", "");
        });
        awaitStatus(headline("Ready for the cut-over"));
    }

    @Test
    void connectorsThatConnectDoesNotHaveYetAreWaitedFor() {
        lookout.close();
        Map<String, String> sink = migration.connect().config(Pipeline.SINK);
        ConnectRest rest = new ConnectRest(URI.create(migration.connect().address()), Optional.empty());
        rest.delete(Pipeline.SINK);
        try (Lookout early = Lookout.at(rest, page)) {
            awaitStatus(headline("Connect cannot be asked"));
            migration.connect().deploy(Pipeline.SINK, sink);
            awaitStatus(headline("Ready for the cut-over"));
        }
    }

    @Test
    void aConnectThatIsAwayIsNamed() {
        awaitStatus(headline("Ready for the cut-over"));
        migration.connect().close();
        awaitStatus(headline("Connect cannot be asked"));
    }

    @Test
    void looksForTheLastTimeAndNoMore() throws Exception {
        awaitStatus(headline("Ready for the cut-over"));
        migration.connect().fail(Pipeline.SOURCE, "io.pikaconnect.failure.TaskFailure: pika db0: cannot. Do that");
        lookout.lookForTheLastTime();
        assertThat(status(page.address()).path("headline").asText()).isEqualTo("pika-source, task 0 has failed");
    }
}
