package io.pikaconnect.settings;

import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.ConfigDef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Problems that validation finds with the moment and not with a setting, such as a server that is down. At the first
 * deployment of a connector they are errors, since an address may be wrong; once the connector has run they are
 * warnings in the log, so that a running connector can be changed.
 */
public final class Moment {

    /** The setting that keeps validation from connecting to anything. */
    public static final String VALIDATE_CONNECT = "validate.connect";

    private static final Logger LOG = LoggerFactory.getLogger(Moment.class);

    private final String connector;
    private final Problems problems;
    private final BooleanSupplier hasRun;

    /** @param hasRun evaluated only when there is something to report */
    public Moment(String connector, Problems problems, BooleanSupplier hasRun) {
        this.connector = connector;
        this.problems = problems;
        this.hasRun = hasRun;
    }

    /** That setting, for a connector's table; {@code whom} names what validation connects to. */
    public static ConfigDef.ConfigKey key(String whom) {
        return new ConfigDef()
                .define(
                        VALIDATE_CONNECT,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        ConfigDef.Importance.LOW,
                        "Whether validation connects to " + whom
                                + ". A problem there that may pass, such as a server that is down, is an error at the"
                                + " first deployment, and a warning in the worker's log once the connector has run:"
                                + " when this worker has started it or one of its tasks, or when, with"
                                + " kafka.bootstrap.servers, Kafka shows that it has. false: validation checks the"
                                + " settings alone and connects to nothing, so that the connector can be changed while"
                                + " a server is down, or deployed before it is up.")
                .configKeys()
                .get(VALIDATE_CONNECT);
    }

    /** Reports a problem, at the setting that it would concern. */
    public void met(String setting, String problem) {
        if (hasRun.getAsBoolean()) {
            LOG.warn(
                    "{}: {}: {}. Its configuration is accepted nevertheless, since the connector has run before",
                    connector,
                    setting,
                    problem);
        } else {
            problems.add(
                    setting,
                    problem + (problem.endsWith(".") ? " " : ". ")
                            + "To have the configuration accepted nevertheless, set " + VALIDATE_CONNECT + "=false");
        }
    }
}
