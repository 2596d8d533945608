package io.pikaconnect.tool;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that work with connectors which run somewhere. */
final class Connection {

    @Option(
            names = "--connect",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8083",
            description = "REST address of a Connect worker (default: ${DEFAULT-VALUE}, where migrate has it).")
    private URI connect;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            defaultValue = Pipeline.SOURCE,
            description = "Name of the source connector (default: ${DEFAULT-VALUE}).")
    private String source;

    @Option(
            names = "--sink",
            paramLabel = "NAME",
            defaultValue = Pipeline.SINK,
            description = "Name of the sink connector (default: ${DEFAULT-VALUE}).")
    private String sink;

    @Mixin
    private Passwords passwords = new Passwords();

    Connectors connectors() {
        return new Connectors(new ConnectRest(connect, Optional.empty()), source, sink, passwords);
    }
}
