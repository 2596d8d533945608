package io.pikaconnect.tool.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is answered to each request. Thread-safe: what is shown is replaced as a whole. */
final class Answers {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Pattern AFTER = Pattern.compile("after=(\\d{1,15})");

    /** Nothing but this page's own files, and nobody may frame it. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private record Answer(int status, String type, byte[] content) {

        static Answer text(int status, String text) {
            return new Answer(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private final Assets assets = new Assets();
    private final History history = new History();

    private volatile Overview latest;
    private volatile Optional<Verdict> conclusion = Optional.empty();

    Answers(Overview first) {
        latest = first;
    }

    void show(Overview overview) {
        history.add(overview.now());
        latest = overview;
    }

    /** Stays the verdict, whatever is shown. */
    void conclude(Verdict verdict) {
        conclusion = Optional.of(verdict);
    }

    private Overview shown() {
        Overview overview = latest;
        return conclusion.map(overview::with).orElse(overview);
    }

    void to(HttpExchange exchange) throws IOException {
        Answer answer = answer(exchange);
        Headers headers = exchange.getResponseHeaders();
        HEADERS.forEach(headers::set);
        headers.set("Content-Type", answer.type());
        if (answer.status() == 405) {
            headers.set("Allow", "GET, HEAD");
        }
        boolean body = !exchange.getRequestMethod().equals("HEAD") && answer.content().length > 0;
        exchange.sendResponseHeaders(answer.status(), body ? answer.content().length : -1);
        if (body) {
            exchange.getResponseBody().write(answer.content());
        }
    }

    private Answer answer(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("");
        if (!PageAddress.isLocal(host)) {
            return Answer.text(421, "This page is served by the names 127.0.0.1, localhost and [::1] only.");
        }
        if (!exchange.getRequestMethod().matches("GET|HEAD")) {
            return Answer.text(405, "This page is only to be looked at.");
        }
        String path = exchange.getRequestURI().getPath();
        return switch (path) {
            case "/" ->
                new Answer(
                        200,
                        "text/html; charset=utf-8",
                        new PageHtml(shown(), history.after(0), ZoneId.systemDefault())
                                .render(Instant.now())
                                .markup()
                                .getBytes(StandardCharsets.UTF_8));
            case "/status.json" ->
                new Answer(
                        200,
                        "application/json",
                        StatusJson.of(shown(), points(exchange.getRequestURI().getQuery())));
            default ->
                assets.at(path)
                        .map(asset -> new Answer(200, asset.type(), asset.content()))
                        .orElseGet(() -> Answer.text(404, "There is nothing here but the page itself, /."));
        };
    }

    private List<Point> points(String query) {
        Matcher after = AFTER.matcher(Optional.ofNullable(query).orElse(""));
        return history.after(after.matches() ? Long.parseLong(after.group(1)) : 0);
    }
}
