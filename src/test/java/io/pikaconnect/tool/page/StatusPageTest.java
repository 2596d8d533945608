package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page as a client of its port sees it. */
class StatusPageTest {

    private static final Pattern FILE = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"");

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private StatusPage page;

    @BeforeEach
    void start() throws IOException {
        page = StatusPage.start(PageAddress.parse("0").orElseThrow(), FakeSight.ENDS);
    }

    @AfterEach
    void stop() {
        page.close();
    }

    /** What is answered, the status line and the headers first. */
    private String ask(String request, String host) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", page.address().getPort()));
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path) throws IOException {
        return ask("GET " + path, "127.0.0.1:" + page.address().getPort());
    }

    private JsonNode json(String path) throws IOException {
        String answer = get(path);
        return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }

    @Test
    void isThereBeforeAnythingIsSeen() throws IOException {
        assertThat(get("/")).startsWith("HTTP/1.1 200 ").contains("Starting", "Pika 10.0.0.5:9221");
        assertThat(json("/status.json").path("headline").asText()).isEqualTo("Starting");
        assertThat(json("/status.json").path("history").path("time")).isEmpty();
    }

    @Test
    void showsWhatWasSeenLast() throws IOException {
        page.see(FakeSight.snapshot().seen());
        page.see(FakeSight.ready().at(FakeSight.NOON.plusSeconds(10)).seen());
        assertThat(get("/")).contains("Ready for the cut-over");
        JsonNode json = json("/status.json");
        assertThat(json.path("state").asText()).isEqualTo("ready");
        assertThat(json.path("keys").asLong()).isEqualTo(50_000);
        assertThat(json.path("databases").path(0).path("phases")).hasSize(4);
        assertThat(json.path("tasks").path(1).path("name").asText()).isEqualTo("redis-sink, task 0");
        assertThat(json.path("history").path("keys")).hasToString("[12000.0,50000.0]");
        assertThat(json.path("history").path("lagSeconds")).hasToString("[null,1.4]");
        long first = FakeSight.NOON.getEpochSecond();
        assertThat(json("/status.json?after=" + first).path("history").path("keys"))
                .hasToString("[50000.0]");
    }

    @Test
    void howItEndedStaysWhateverIsSeenAfterwards() throws IOException {
        page.see(FakeSight.ready().seen());
        page.conclude(false, "Different", "3 of 50,000 keys.");
        page.see(FakeSight.ready().at(FakeSight.NOON.plusSeconds(10)).seen());
        assertThat(get("/")).contains("Different", "3 of 50,000 keys.").doesNotContain("Ready for the cut-over");
    }

    @Test
    void whoIsLookingSeesHowItEnded() throws Exception {
        assertThat(get("/")).contains("Starting");
        page.conclude(true, "Equal", "All 50,000 keys.");
        Thread end = new Thread(page::close, "end");
        end.start();
        await().atMost(LIMIT).until(() -> end.getState() == Thread.State.TIMED_WAITING || !end.isAlive());
        assertThat(get("/")).contains("Equal", "All 50,000 keys.");
        end.join(LIMIT.toMillis());
        assertThat(end.isAlive()).isFalse();
    }

    @Test
    void loadsNothingFromElsewhereAndMayNotBeFramed() throws IOException {
        assertThat(get("/"))
                .contains(
                        "Content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'",
                        "frame-ancestors 'none'",
                        "X-content-type-options: nosniff",
                        "Cache-control: no-store",
                        "Content-type: text/html; charset=utf-8")
                .doesNotContain("unsafe-inline", "style=", "onclick", "<script>", "http://", "https://");
    }

    @Test
    void everyFileThatItRefersToIsThere() throws IOException {
        String answer = get("/");
        assertThat(FILE.matcher(answer).results().map(file -> file.group(1)))
                .contains("/page.js", "/page.css", "/charts.js", "/charts.css", "/icon.svg", "/status.json")
                .allSatisfy(file -> assertThat(get(file)).startsWith("HTTP/1.1 200 "));
        assertThat(get("/charts.js")).contains("text/javascript", "uPlot");
    }

    @Test
    void anythingElseIsNotFound() throws IOException {
        assertThat(get("/other")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/../page.html")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/page.html")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aForeignNameThatResolvesToThisMachineIsRefused() throws IOException {
        assertThat(ask("GET /status.json", "rebound.example.com"))
                .startsWith("HTTP/1.1 421 ")
                .doesNotContain("Pika");
        assertThat(ask("GET /status.json", "localhost:9000")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void isOnlyToBeLookedAt() throws IOException {
        assertThat(ask("POST /", "localhost")).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD");
        assertThat(ask("HEAD /", "localhost")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    }
}
