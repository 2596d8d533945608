package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.tool.verify.Difference;
import io.pikaconnect.tool.verify.Findings;
import io.pikaconnect.tool.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Compares Pika with Redis, key by key, also while applications write: type, value, deadline. Ends with"
                        + " 3 if they differ.")
final class VerifyCommand implements Callable<Integer> {

    private static final int SHOWN = 20;
    private static final long LOOK_EVERY_MS = 1_000;
    private static final long LAG_LIMIT_NANOS = 120_000_000_000L;
    private static final long SHOW_EVERY_NANOS = 5_000_000_000L;

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--sample",
            paramLabel = "KEYS",
            defaultValue = "0",
            description = "Only this many keys of each db, at random (default: all, and those that only Redis has).")
    private int sample;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often a key that differs is looked at again, at least 3 (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--pause",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Between these rounds (default: ${DEFAULT-VALUE} s).")
    private double pauseSeconds;

    @Option(
            names = "--qps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Commands a second, at most, that each of the servers gets (default: no limit).")
    private double perSecond;

    @Option(
            names = "--most",
            paramLabel = "KEYS",
            defaultValue = "10000",
            description = "End when more keys than this differ at the first look (default: ${DEFAULT-VALUE}).")
    private int most;

    @Option(names = "--values", description = "Show values, not only their sizes.")
    private boolean values;

    @Option(names = "--output", paramLabel = "FILE", description = "Write all differences there, as JSON.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        if (rounds < 3) {
            throw new Failed(
                    "--rounds=" + rounds + " cannot tell a key that differs from one that changes: give at least 3");
        }
        Connectors connectors = connection.connectors();
        boolean equal = true;
        ArrayNode all = Output.object().putArray("databases");
        for (String db : connectors.databases()) {
            Findings findings = verify(connectors, db);
            all.add(json(db, findings));
            show(db, findings);
            equal &= findings.isEqual();
        }
        if (file != null) {
            Files.writeString(file, all.toPrettyString() + "\n");
        }
        return equal ? ExitCode.DONE : ExitCode.NOT_SO;
    }

    private Findings verify(Connectors connectors, String db) {
        LedgerView ledger = connectors
                .ledger(db)
                .orElseThrow(() -> new Failed("Redis " + connectors.redis() + " has no ledger for " + db
                        + ", so the sink has not written to it yet: see pika2redis status"));
        try (Verification verification = new Verification(
                () -> connectors.pika(db),
                () -> connectors.redis(db),
                connectors.redis().prefix(),
                ledger.graceMs(),
                connectors.replicated(),
                new Verification.Plan(sample, rounds, perSecond, most, values),
                new Reported(connectors, db))) {
            return verification.run();
        }
    }

    private final class Reported implements Verification.Progress {

        private final Connectors connectors;
        private final String db;
        private long next = System.nanoTime() + SHOW_EVERY_NANOS;

        Reported(Connectors connectors, String db) {
            this.connectors = connectors;
            this.db = db;
        }

        @Override
        public void at(long keys, int suspects) {
            if (System.nanoTime() >= next) {
                next = System.nanoTime() + SHOW_EVERY_NANOS;
                parent.output()
                        .show(
                                Output.object()
                                        .put("db", db)
                                        .put("compared", keys)
                                        .put("toLookAtAgain", suspects),
                                db + ": " + Words.count(keys) + " keys compared, " + Words.count(suspects)
                                        + " to look at again");
            }
        }

        @Override
        public void awaitRedis(int round, int suspects) {
            Waiting.pause(Math.round(pauseSeconds * 1_000));
            CaughtUp caughtUp = new CaughtUp(connectors, db);
            long end = System.nanoTime() + LAG_LIMIT_NANOS;
            while (!caughtUp.isReached() && !isStopped()) {
                if (System.nanoTime() > end) {
                    throw Failed.notSo(
                            "Redis lags by " + lagMs() / 1_000 + " s, so " + suspects + " keys that differ in "
                                    + db + " may only be late: see pika2redis status, and verify when the lag is below "
                                    + LAG_LIMIT_NANOS / 1_000_000_000 + " s");
                }
                Waiting.pause(LOOK_EVERY_MS);
            }
        }

        /** After a cut-over nothing is late any more. */
        private boolean isStopped() {
            return connectors.status(connectors.sink()).state().equals("STOPPED");
        }

        private long lagMs() {
            return connectors
                    .ledger(db)
                    .map(LedgerView::behindMs)
                    .orElse(OptionalLong.empty())
                    .orElse(0);
        }
    }

    private static ObjectNode json(String db, Findings findings) {
        ObjectNode json = Output.object()
                .put("db", db)
                .put("equal", findings.isEqual())
                .put("keys", findings.keys())
                .put("expired", findings.expired())
                .put("complete", findings.complete());
        add(json.putArray("differences"), findings.differences());
        add(json.putArray("changing"), findings.changing());
        return json;
    }

    private static void add(ArrayNode list, Iterable<Difference> differences) {
        differences.forEach(difference -> list.addObject()
                .put("key", difference.key())
                .put("kind", difference.kind().word())
                .put("pika", difference.pika())
                .put("redis", difference.redis()));
    }

    private void show(String db, Findings findings) {
        StringBuilder text = new StringBuilder(db + ": ");
        text.append(
                findings.isEqual()
                        ? "EQUAL: " + Words.count(findings.keys()) + " keys compared"
                        : "DIFFERENT: " + Words.count(findings.differences().size()) + " of "
                                + Words.count(findings.keys()) + " keys"
                                + (findings.complete() ? "" : ", and not all were compared, because so many differ"));
        if (findings.expired() > 0) {
            text.append("; ")
                    .append(Words.count(findings.expired()))
                    .append(" more have expired in Pika and will soon expire in Redis");
        }
        if (!findings.changing().isEmpty()) {
            text.append("; ")
                    .append(Words.count(findings.changing().size()))
                    .append(" changed all the time and could not be compared");
        }
        findings.differences().stream()
                .limit(SHOWN)
                .forEach(difference -> text.append("\n  ").append(difference));
        parent.output().show(json(db, findings), text.toString());
    }
}
