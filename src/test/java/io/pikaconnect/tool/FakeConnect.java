package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Connect cluster's REST interface with a model of connectors: configuration, state, tasks, stored offsets. */
final class FakeConnect implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASES = "pika.databases";

    /** A connector; {@code trace} is that of its first task when that has failed, {@code found} what {@code *} stands for. */
    private static final class Connector {
        private final Map<String, String> config = new TreeMap<>();
        private final List<ObjectNode> offsets = new ArrayList<>();
        private String state = "RUNNING";
        private Optional<String> trace = Optional.empty();
        private List<String> found = List.of("db0");

        /** Their configurations: one for each db that is named, and none once it is stopped. */
        private List<Map<String, String>> tasks() {
            if (state.equals("STOPPED")) {
                return List.of();
            }
            if (!config.containsKey(DATABASES)) {
                return List.of(config);
            }
            return (config.get(DATABASES).equals("*")
                            ? found
                            : List.of(config.get(DATABASES).split(",")))
                    .stream()
                            .map(db -> {
                                Map<String, String> task = new TreeMap<>(config);
                                task.put(DATABASES, db);
                                return task;
                            })
                            .toList();
        }
    }

    private final HttpServer server;
    private final Map<String, Connector> connectors = new TreeMap<>();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private volatile Runnable afterChange = () -> {};
    private volatile Runnable afterOffsets = () -> {};
    private volatile Optional<String> metrics = Optional.empty();

    FakeConnect() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was asked for that is no question: method, path and body. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    /** Runs after each of those, as a connector that sees its configuration or state changed would. */
    void afterChange(Runnable reaction) {
        afterChange = reaction;
    }

    /** Runs whenever somebody was told the offsets of a connector. */
    void afterOffsets(Runnable reaction) {
        afterOffsets = reaction;
    }

    /** As a worker with the tool's extension has them. */
    void metrics(String json) {
        metrics = Optional.of(json);
    }

    synchronized void deploy(String name, Map<String, String> config) {
        connectors.computeIfAbsent(name, n -> new Connector()).config.putAll(config);
    }

    synchronized Map<String, String> config(String name) {
        return Map.copyOf(connectors.get(name).config);
    }

    synchronized String state(String name) {
        return connectors.get(name).state;
    }

    synchronized void fail(String name, String trace) {
        connectors.get(name).trace = Optional.of(trace);
    }

    /** The source replicates these dbs: all that it has found. */
    synchronized void replicateAll(String source, List<String> found) {
        connectors.get(source).config.put(DATABASES, "*");
        connectors.get(source).found = found;
    }

    /** Stores the source's place for a db. */
    synchronized void place(String source, String db, String phase, String resume, String sequences) {
        ObjectNode stored = JSON.createObjectNode();
        stored.putObject("partition").put("pika", "pika").put("db", db);
        stored.putObject("offset")
                .put("epoch", "7")
                .put("phase", phase)
                .put("resume", resume)
                .put("sequences", sequences);
        List<ObjectNode> offsets = connectors.get(source).offsets;
        offsets.removeIf(other -> other.path("partition").equals(stored.path("partition")));
        offsets.add(stored);
    }

    synchronized void forget(String source) {
        connectors.get(source).offsets.clear();
    }

    synchronized void stop(String name) {
        connectors.get(name).state = "STOPPED";
    }

    synchronized int places(String source) {
        return connectors.get(source).offsets.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String[] parts = path.split("/");
        Optional<String> text;
        synchronized (this) {
            text = path.equals(MetricsExtension.PATH)
                    ? metrics
                    : parts.length == 2
                            ? Optional.of(JSON.valueToTree(connectors.keySet()).toString())
                            : Optional.ofNullable(connectors.get(parts[2]))
                                    .flatMap(connector -> answer(
                                            method + " " + (parts.length > 3 ? parts[3] : ""),
                                            parts[2],
                                            connector,
                                            body));
        }
        if (!method.equals("GET")) {
            changes.add(method + " " + path + (body.isEmpty() ? "" : " " + body));
            afterChange.run();
        } else if (path.endsWith("/offsets")) {
            afterOffsets.run();
        }
        byte[] bytes =
                text.orElse("{\"error_code\":404,\"message\":\"not found\"}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(text.isPresent() ? 200 : 404, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Optional<String> answer(String request, String name, Connector connector, String body) {
        switch (request) {
            case "GET config" -> {
                return Optional.of(JSON.valueToTree(connector.config).toString());
            }
            case "GET status" -> {
                return Optional.of(status(name, connector).toString());
            }
            case "GET tasks" -> {
                ArrayNode tasks = JSON.createArrayNode();
                connector.tasks().forEach(task -> {
                    ObjectNode one = tasks.addObject();
                    one.putObject("id").put("connector", name).put("task", tasks.size() - 1);
                    one.set("config", JSON.valueToTree(task));
                });
                return Optional.of(tasks.toString());
            }
            case "GET offsets" -> {
                ObjectNode all = JSON.createObjectNode();
                ArrayNode list = all.putArray("offsets");
                connector.offsets.forEach(list::add);
                return Optional.of(all.toString());
            }
            case "PATCH config" -> patch(connector, body);
            case "PUT stop" -> connector.state = "STOPPED";
            case "PUT resume" -> connector.state = "RUNNING";
            case "DELETE offsets" -> connector.offsets.clear();
            case "PATCH offsets" ->
                read(body)
                        .path("offsets")
                        .forEach(forgotten -> connector.offsets.removeIf(
                                stored -> stored.path("partition").equals(forgotten.path("partition"))));
            case "DELETE " -> connectors.remove(name);
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of("");
    }

    private static void patch(Connector connector, String body) {
        read(body).properties().forEach(change -> {
            if (change.getValue().isNull()) {
                connector.config.remove(change.getKey());
            } else {
                connector.config.put(change.getKey(), change.getValue().asText());
            }
        });
    }

    private static ObjectNode status(String name, Connector connector) {
        ObjectNode status = JSON.createObjectNode().put("name", name);
        status.putObject("connector").put("state", connector.state);
        ArrayNode tasks = status.putArray("tasks");
        for (int id = 0; id < connector.tasks().size(); id++) {
            Optional<String> trace = id == 0 ? connector.trace : Optional.empty();
            ObjectNode task = tasks.addObject().put("id", id);
            task.put("state", trace.isPresent() ? "FAILED" : connector.state);
            trace.ifPresent(text -> task.put("trace", text));
        }
        return status;
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException(body, e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
