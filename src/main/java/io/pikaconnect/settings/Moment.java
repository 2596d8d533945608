package io.pikaconnect.settings;

import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.ConfigDef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What validation meets that is about the moment and not about a setting, such as a server that is away. While a connector
 * is deployed first it is an error, for an address may be wrong; once it has run it is a warning in the log, so that a
 * running connector can be changed.
 */
public final class Moment {

    /** The setting that keeps validation from asking anybody. */
    public static final String VALIDATE_CONNECT = "validate.connect";

    private static final Logger LOG = LoggerFactory.getLogger(Moment.class);

    private final String connector;
    private final Problems problems;
    private final BooleanSupplier hasRun;

    /** @param hasRun asked only when there is something to report */
    public Moment(String connector, Problems problems, BooleanSupplier hasRun) {
        this.connector = connector;
        this.problems = problems;
        this.hasRun = hasRun;
    }

    /** That setting, for a connector's others; {@code whom} says who is asked. */
    public static ConfigDef.ConfigKey key(String whom) {
        return new ConfigDef()
                .define(
                        VALIDATE_CONNECT,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        ConfigDef.Importance.LOW,
                        "Whether validation asks " + whom
                                + ". What it finds there that may pass, as when nobody answers, is"
                                + " an error when the connector is deployed first, and a warning in the worker's log once it"
                                + " has run: when this worker has started it or one of its tasks, or when, with"
                                + " kafka.bootstrap.servers, Kafka shows it. false: nobody is asked, only the settings are"
                                + " looked at; for a connector that is to be changed while they are away, or deployed before"
                                + " they are there.")
                .configKeys()
                .get(VALIDATE_CONNECT);
    }

    /** Takes what was met, at the setting that it would have to do with. */
    public void met(String setting, String problem) {
        if (hasRun.getAsBoolean()) {
            LOG.warn(
                    "{}: {}: {}. Its configuration is taken all the same, since it has run before",
                    connector,
                    setting,
                    problem);
        } else {
            problems.add(
                    setting,
                    problem + (problem.endsWith(".") ? " " : ". ")
                            + "To have the configuration taken all the same, set " + VALIDATE_CONNECT + "=false");
        }
    }
}
