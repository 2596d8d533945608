package io.pikaconnect.tool.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** The files that the page refers to: its own, and those of the charts' library, from its WebJar. */
final class Assets {

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String CHARTS = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String CHARTS_FILES = "/META-INF/resources/webjars/uplot/%s/dist/%s";

    /** A file and its media type. */
    record Asset(String type, byte[] content) {}

    private final Map<String, Asset> byPath = new TreeMap<>();

    Assets() {
        byPath.put("/page.css", new Asset(STYLE, bytes("page.css")));
        byPath.put("/page.js", new Asset(SCRIPT, bytes("page.js")));
        byPath.put("/icon.svg", new Asset("image/svg+xml", bytes("icon.svg")));
        byPath.put("/charts.css", new Asset(STYLE, bytes(charts("uPlot.min.css"))));
        byPath.put("/charts.js", new Asset(SCRIPT, bytes(charts("uPlot.iife.min.js"))));
    }

    Optional<Asset> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    static String text(String resource) {
        return new String(bytes(resource), StandardCharsets.UTF_8);
    }

    private static String charts(String file) {
        try (InputStream in = open(CHARTS)) {
            Properties properties = new Properties();
            properties.load(in);
            return String.format(CHARTS_FILES, properties.getProperty("version"), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        return Optional.ofNullable(Assets.class.getResourceAsStream(resource))
                .orElseThrow(() -> new IllegalStateException(
                        resource + " is not on the class path: the archive of pika2redis is not complete"));
    }
}
