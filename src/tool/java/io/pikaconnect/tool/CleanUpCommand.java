package io.pikaconnect.tool;

import io.pikaconnect.sink.TargetDb;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        description =
                "After a cut-over: deletes both connectors, the sink's own keys in Redis and, where Kafka's address"
                        + " is known, the topics. There is no way back from it.")
final class CleanUpCommand implements Callable<Integer> {

    private static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            description = "Kafka's address, for the topics (default: " + BOOTSTRAP_SERVERS + " of the source).")
    private String bootstrapServers;

    @Option(names = "--dry-run", description = "Delete nothing: print what would be deleted.")
    private boolean dryRun;

    @Option(names = "--yes", description = "There is no way back any more. Without it nothing is done.")
    private boolean yes;

    @Override
    public Integer call() throws InterruptedException {
        Connectors connectors = connection.connectors();
        Output output = parent.output();
        List<String> databases = connectors.databases();
        List<String> topics = databases.stream().map(connectors::topic).toList();
        Optional<String> kafka =
                Optional.ofNullable(bootstrapServers).or(() -> connectors.sourceSetting(BOOTSTRAP_SERVERS));
        notBeforeTheCutOver(connectors, databases);
        if (dryRun || !yes) {
            output.step(StepState.WOULD, "delete " + connectors.sink() + " and " + connectors.source());
            databases.forEach(db -> output.step(
                    StepState.WOULD,
                    "delete the keys below " + connectors.redis().prefix() + " in db "
                            + connectors.redis().database(connectors.topic(db)) + " of Redis " + connectors.redis()));
            kafka.ifPresent(address -> output.step(StepState.WOULD, "delete the topics " + topics + " of " + address));
            if (dryRun) {
                return ExitCode.DONE;
            }
            throw Failed.notSo(
                    "nothing was deleted: start the same command with --yes if there is no way back any more");
        }
        for (String db : databases) {
            try (TargetDb redis = connectors.redis(db)) {
                long deleted = redis.servers().stream()
                        .mapToLong(server -> delete(server, connectors.redis().prefix()))
                        .sum();
                output.step(StepState.DONE, "deleted " + Words.count(deleted) + " of the sink's own keys");
            }
        }
        if (kafka.isPresent()) {
            delete(kafka.get(), topics);
            output.step(StepState.DONE, "deleted the topics " + topics);
        } else {
            output.step(
                    StepState.NEXT, "delete the topics " + topics + ", or the folder of pika2redis migrate with them");
        }
        for (String name :
                List.of(connectors.sink(), connectors.source())) { // the last, so that the command can be repeated
            connectors.rest().delete(name);
            output.step(StepState.DONE, "deleted " + name);
        }
        connectors
                .sourceSetting("snapshot.dir")
                .ifPresent(dir -> output.step(
                        StepState.NEXT,
                        "delete what is left in " + dir + " on every worker, in folders " + connectors.source()
                                + ".…"));
        return ExitCode.DONE;
    }

    private static void notBeforeTheCutOver(Connectors connectors, List<String> databases) {
        for (String name : List.of(connectors.sink(), connectors.source())) {
            String state = connectors.status(name).state();
            if (!state.equals("STOPPED")) {
                throw Failed.notSo(
                        name + " is " + state + ", not STOPPED, so the cut-over is not done: pika2redis cutover");
            }
        }
        for (String db : databases) {
            String deadlines =
                    connectors.ledger(db).map(ledger -> ledger.deadlines()).orElse("native");
            if (!deadlines.equals("native")) {
                throw Failed.notSo("deadlines of " + db + " are " + deadlines + " in Redis " + connectors.redis()
                        + ", and without the sink its keys would never end: pika2redis cutover");
            }
        }
    }

    private static long delete(Jedis server, String prefix) {
        ScanParams own = new ScanParams()
                .match(prefix.replaceAll("([\\\\*?\\[\\]])", "\\\\$1") + "*")
                .count(1_000);
        long deleted = 0;
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page = server.scan(cursor, own);
            List<Response<Long>> answers;
            try (Pipeline pipeline = server.pipelined()) { // one by one: in a cluster they are in different slots
                answers = page.getResult().stream().map(pipeline::unlink).toList();
            }
            deleted += answers.stream().mapToLong(Response::get).sum();
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return deleted;
    }

    private static void delete(String kafka, List<String> topics) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.deleteTopics(topics).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw new Failed(
                        "the topics " + topics + " cannot be deleted ("
                                + e.getCause().getMessage()
                                + "): delete them with kafka-topics.sh. The sink's keys are deleted; the same command continues");
            }
        }
    }
}
