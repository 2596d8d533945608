package io.pikaconnect.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A Connect worker's REST interface: as needed to deploy, monitor and control connectors. */
public final class ConnectRest {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(95);
    private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(60);
    private static final long ASK_EVERY_NANOS = Duration.ofMillis(500).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private final Optional<Path> log;

    /**
     * A worker's REST interface.
     *
     * @param base such as {@code http://127.0.0.1:8083}
     * @param log the worker's log, named in errors where it is known
     */
    public ConnectRest(URI base, Optional<Path> log) {
        this.base = base;
        this.log = log;
    }

    /** Such as {@code http://127.0.0.1:8083}. */
    public URI address() {
        return base;
    }

    /** A connector and its tasks; states as Connect names them: RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED. */
    public record Status(String name, String state, String trace, List<TaskStatus> tasks) {

        /** Whether connector and tasks are all in this state, and there are this many tasks. */
        public boolean is(String expected, int taskCount) {
            return state.equals(expected)
                    && tasks.size() == taskCount
                    && tasks.stream().allMatch(task -> task.state().equals(expected));
        }

        /** Traces of what has failed; empty when nothing has. */
        public Optional<String> failure() {
            List<String> traces = new ArrayList<>();
            if (state.equals("FAILED")) {
                traces.add("connector " + name + " failed: " + trace);
            }
            tasks.stream()
                    .filter(task -> task.state().equals("FAILED"))
                    .forEach(task -> traces.add("task " + name + "-" + task.id() + " failed: " + task.trace()));
            return traces.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", traces));
        }
    }

    /** One task; {@code trace} is empty unless it failed. */
    public record TaskStatus(int id, String state, String worker, String trace) {}

    private record Answer(int code, String body) {}

    /** Whether the worker has joined its group, so that it answers questions about connectors. */
    public boolean answers() {
        try {
            return send("GET", "/connectors", "").code() == 200;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    public List<String> connectors() {
        List<String> names = new ArrayList<>();
        get("/connectors").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** The plugins the worker has found: class name → version. */
    public Map<String, String> plugins() {
        Map<String, String> versions = new TreeMap<>();
        get("/connector-plugins")
                .forEach(plugin -> versions.put(
                        plugin.path("class").asText(), plugin.path("version").asText()));
        return versions;
    }

    /**
     * Creates a connector, or changes its configuration.
     *
     * @throws IllegalStateException when Connect refuses it, with its reasons
     */
    public void deploy(String name, Map<String, String> config) {
        call("PUT", "/connectors/" + encoded(name) + "/config", json(config));
    }

    /** Deploys and waits until the connector and this many tasks run; fails with the trace as soon as one fails. */
    public void deployAndAwait(String name, Map<String, String> config, int tasks, Duration limit) {
        deploy(name, config);
        await(
                name + " to run with " + tasks + " tasks",
                limit,
                List.of(name),
                () -> status(name).is("RUNNING", tasks));
    }

    /** What a connector was deployed with; empty if there is none of this name. Passwords are as they were given. */
    public Optional<Map<String, String>> config(String name) {
        Answer answer = send("GET", "/connectors/" + encoded(name) + "/config", "");
        if (answer.code() == 404) {
            return Optional.empty();
        }
        Map<String, String> config = new TreeMap<>();
        parse(checked("GET", "/connectors/" + encoded(name) + "/config", answer))
                .properties()
                .forEach(option -> config.put(option.getKey(), option.getValue().asText()));
        return Optional.of(config);
    }

    /** What each task of a connector has been given; none while it is stopped. */
    public List<Map<String, String>> taskConfigs(String name) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (JsonNode task : get("/connectors/" + encoded(name) + "/tasks")) {
            Map<String, String> config = new TreeMap<>();
            task.path("config")
                    .properties()
                    .forEach(option ->
                            config.put(option.getKey(), option.getValue().asText()));
            tasks.add(config);
        }
        return tasks;
    }

    /** Changes some settings of a connector; an empty one is taken out. */
    public void change(String name, Map<String, Optional<String>> settings) {
        ObjectNode patch = JSON.createObjectNode();
        settings.forEach((setting, value) -> patch.put(setting, value.orElse(null)));
        call("PATCH", "/connectors/" + encoded(name) + "/config", patch.toString());
    }

    /** The result of {@code validate()} on a configuration: option → errors; options without errors are left out. */
    public Map<String, List<String>> validate(Map<String, String> config) {
        JsonNode answer = parse(call(
                "PUT",
                "/connector-plugins/" + encoded(config.get("connector.class")) + "/config/validate",
                json(config)));
        Map<String, List<String>> errors = new TreeMap<>();
        for (JsonNode option : answer.path("configs")) {
            List<String> texts = new ArrayList<>();
            option.path("value").path("errors").forEach(error -> texts.add(error.asText()));
            if (!texts.isEmpty()) {
                errors.put(option.path("value").path("name").asText(), texts);
            }
        }
        return errors;
    }

    /** The state of a connector; one that Connect does not know yet, as just after a deploy, is UNASSIGNED. */
    public Status status(String name) {
        Answer answer = send("GET", "/connectors/" + encoded(name) + "/status", "");
        if (answer.code() == 404) {
            return new Status(name, "UNASSIGNED", "", List.of());
        }
        JsonNode status = parse(answer.body());
        List<TaskStatus> tasks = new ArrayList<>();
        for (JsonNode task : status.path("tasks")) {
            tasks.add(new TaskStatus(
                    task.path("id").asInt(),
                    task.path("state").asText(),
                    task.path("worker_id").asText(),
                    task.path("trace").asText("")));
        }
        JsonNode connector = status.path("connector");
        return new Status(
                name, connector.path("state").asText(), connector.path("trace").asText(""), tasks);
    }

    public void pause(String name) {
        call("PUT", "/connectors/" + encoded(name) + "/pause", "");
    }

    public void resume(String name) {
        call("PUT", "/connectors/" + encoded(name) + "/resume", "");
    }

    /** Stops a connector: its tasks end, its offsets stay. */
    public void stop(String name) {
        call("PUT", "/connectors/" + encoded(name) + "/stop", "");
    }

    /** Restarts a connector and all its tasks, in order. */
    public void restart(String name) {
        call("POST", "/connectors/" + encoded(name) + "/restart?includeTasks=true&onlyFailed=false", "");
    }

    public void delete(String name) {
        call("DELETE", "/connectors/" + encoded(name), "");
    }

    /** What the worker's {@link MetricsExtension} returns; empty if it has none. */
    public Optional<JsonNode> metrics() {
        Answer answer = send("GET", MetricsExtension.PATH, "");
        return answer.code() == 404
                ? Optional.empty()
                : Optional.of(parse(checked("GET", MetricsExtension.PATH, answer)));
    }

    /** The offsets Connect has stored, as its JSON: {@code {"offsets": [{"partition": …, "offset": …}]}}. */
    public JsonNode offsets(String name) {
        return get("/connectors/" + encoded(name) + "/offsets");
    }

    /** Forgets a stopped connector's offsets. */
    public void resetOffsets(String name) {
        call("DELETE", "/connectors/" + encoded(name) + "/offsets", "");
    }

    /** Forgets those of some partitions of a stopped connector, as {@link #offsets} shows them. */
    public void resetOffsets(String name, List<JsonNode> partitions) {
        ObjectNode body = JSON.createObjectNode();
        partitions.forEach(partition -> body.withArray("offsets")
                .addObject()
                .<ObjectNode>set("partition", partition)
                .putNull("offset"));
        call("PATCH", "/connectors/" + encoded(name) + "/offsets", body.toString());
    }

    /**
     * Waits for something that these connectors bring about.
     *
     * @throws IllegalStateException when one of them fails, with its trace, or on a time-out
     */
    public void await(String what, Duration limit, List<String> connectors, BooleanSupplier condition) {
        long begin = System.nanoTime();
        long asked = begin;
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            if (now - asked >= ASK_EVERY_NANOS) {
                asked = now;
                List<Status> states = connectors.stream().map(this::status).toList();
                for (Status status : states) {
                    if (status.failure().isPresent()) {
                        throw failed("waiting for " + what, status.failure().get());
                    }
                }
                if (now - begin > limit.toNanos()) {
                    throw failed("waiting for " + what, "not within " + limit.toSeconds() + " s; now: " + states);
                }
            }
            sleep(50);
        }
    }

    private JsonNode get(String path) {
        return parse(call("GET", path, ""));
    }

    /** Sends, again and again while the group is rebalancing (409), and checks that it worked. */
    private String call(String method, String path, String body) {
        long deadline = System.nanoTime() + REBALANCE_LIMIT.toNanos();
        Answer answer = send(method, path, body);
        while (answer.code() == 409 && System.nanoTime() < deadline) {
            sleep(100);
            answer = send(method, path, body);
        }
        return checked(method, path, answer);
    }

    private String checked(String method, String path, Answer answer) {
        if (answer.code() >= 300) {
            throw failed(method + " " + base + path, "HTTP " + answer.code() + ": " + answer.body());
        }
        return answer.body();
    }

    private Answer send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw failed(method + " " + base + path, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(method + " " + base + path, "interrupted");
        }
    }

    private IllegalStateException failed(String what, String why) {
        return new IllegalStateException(what + ": " + why
                + log.map(file -> "\n(the worker's log is " + file + ")").orElse(""));
    }

    private JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw failed("reading an answer of " + base, "not JSON: " + body);
        }
    }

    private static String json(Map<String, String> config) {
        return JSON.valueToTree(config).toString();
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Connect", e);
        }
    }
}
