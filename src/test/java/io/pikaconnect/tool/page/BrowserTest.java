package io.pikaconnect.tool.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
class BrowserTest {

    private static final String BROWSER = "chromium";
    private static final Pattern DRAWN = Pattern.compile("<figure data-series=\"[A-Za-z]+\" data-drawn=\"true\">");
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private Path folder;

    private StatusPage page;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry, BROWSER))),
                "no Chromium on the PATH");
        page = StatusPage.start(PageAddress.parse("0").orElseThrow(), FakeSight.ENDS);
        for (int i = 0; i <= 100; i++) {
            page.see(FakeSight.snapshot().at(FakeSight.NOON.plusSeconds(2 * i)).seen());
        }
    }

    @AfterEach
    void stop() {
        if (page != null) {
            page.close();
        }
    }

    /** What the browser makes of the page, as markup. */
    private String shown(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                BROWSER,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--dump-dom"));
        command.addAll(List.of(options));
        command.add(page.address().toString());
        Path out = folder.resolve("dom.html");
        Process browser = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("browser.log").toFile())
                .start();
        try {
            assertThat(browser.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        return Files.readString(out);
    }

    private String console() throws IOException {
        return String.join(
                "\n",
                Files.readAllLines(folder.resolve("browser.log")).stream()
                        .filter(line -> line.contains("CONSOLE"))
                        .toList());
    }

    @Test
    void drawsTheChartsAndBreaksNoRuleOfThePage() throws Exception {
        String dom = shown("--virtual-time-budget=10000");
        assertThat(console()).isEmpty();
        assertThat(DRAWN.matcher(dom).results()).hasSize(Chart.ALL.size());
        assertThat(dom.split("<canvas", -1)).hasSize(Chart.ALL.size() + 1);
        assertThat(dom).contains("Snapshot, 60 %").containsPattern("id=\"gone\"[^>]* hidden");
    }

    @Test
    void withoutJavaScriptTheNumbersAreThere() throws Exception {
        Path profile = Files.createDirectories(folder.resolve("profile/Default"));
        Files.writeString(
                profile.resolve("Preferences"),
                "{\"profile\":{\"default_content_setting_values\":{\"javascript\":2}}}");
        String dom = shown();
        assertThat(DRAWN.matcher(dom).results()).isEmpty();
        assertThat(dom).contains("Snapshot, 60 %", "30,000 of about 50,000 keys read", "8,123");
    }
}
