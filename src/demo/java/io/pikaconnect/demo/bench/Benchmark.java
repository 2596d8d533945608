package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.migration.SpotCheck;
import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures the pipeline from a stand-in master to a real Redis, through a real Kafka and a real Connect worker, stage by
 * stage and as a whole; or only as a whole from a real Pika, beside another migration; or how long another client of Redis
 * waits. Everything shares one machine, so a figure means something only beside the others of its run.
 */
public final class Benchmark {

    private final PrintStream out = System.out;
    private final Table table = new Table();
    private final BenchOptions options;
    private final Path folder;

    private Benchmark(BenchOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    /**
     * Takes the system properties of {@link BenchOptions#of}, and {@code bench.worker.jvm} and {@code bench.broker.jvm},
     * options of these JVMs (none). The exit code is 0 only if every migration by the pipeline was right.
     */
    public static void main(String[] args) throws Exception {
        BenchOptions options;
        try {
            options = BenchOptions.of(System.getProperties());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(1);
            return;
        }
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        System.exit(new Benchmark(options, Files.createTempDirectory(target, "bench-")).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        out.printf(
                "exactly-once %s, %d cores; logs are in %s%n",
                options.exactlyOnce() ? "on" : "off", Runtime.getRuntime().availableProcessors(), folder);
        boolean right = true;
        if (!options.waits().isEmpty()) {
            new LongestWaits(out, table).run(options.waits(), options.operations());
        } else if (options.pika().isPresent()) {
            right = real(options.pika().get());
        } else {
            for (int keys : options.keys()) {
                right &= standIn(keys, Files.createDirectory(folder.resolve(keys + "-keys")));
            }
        }
        out.printf("%n%s%n", table);
        return right;
    }

    /** Migrates a real Pika, in turn with the baseline if there is one: in a new worker, and again in the same one. */
    private boolean real(Endpoint pika) throws Exception {
        if (options.fill()) {
            fill(pika, options.keys().get(0));
        }
        SpotCheck wanted = SpotCheck.of(pika, ReadyToReady.COMPARED);
        out.printf(Locale.ROOT, "Pika %s has %,d keys%n", pika, wanted.count());
        ReadyToReady migration = new ReadyToReady(pika, wanted, wanted.count());
        Migrations cold = new Migrations();
        Migrations warm = cold.besideTheSame();
        for (int i = 1; i <= options.repeat(); i++) {
            if (options.baseline().isPresent()) {
                Migration baseline = migration.baseline(
                        "baseline, run " + i, options.baseline().get(), folder.resolve("baseline-" + i + ".log"));
                out.println(baseline);
                cold.addBaseline(baseline);
            }
            try (Machinery machinery = machinery(folder.resolve("run-" + i))) {
                // A new name each time: to the master each is another replica.
                String name = folder.getFileName() + "-" + i;
                cold.addOurs(migration.ours("this pipeline, run " + i, machinery, name));
                out.println(cold.ours().get(i - 1));
                warm.addOurs(migration.ours("  the same again", machinery, name + "-again"));
                out.println(warm.ours().get(i - 1));
            }
        }
        String column = String.format(Locale.ROOT, "%,d keys", wanted.count());
        cold.baselineInto(table, column);
        cold.into(table, column, "start to equal");
        warm.into(table, column, "the same again in the same worker");
        return cold.areRight() & warm.areRight();
    }

    private void fill(Endpoint pika, int keys) {
        if (SpotCheck.of(pika, 1).count() > 0) {
            throw new IllegalStateException("Pika " + pika + " has keys already: bench.fill fills an empty one only");
        }
        long start = System.nanoTime();
        new MixedData(keys).fill(pika, 1);
        out.printf(
                Locale.ROOT,
                "Pika %s is filled, %,.0f keys/s%n",
                pika,
                Rate.since(start, keys).perSecond());
    }

    /** All stages with a stand-in, then migrations as a whole in a new worker: the first one finds it cold. */
    private boolean standIn(int keys, Path place) throws Exception {
        out.printf(Locale.ROOT, "%n%,d keys in the snapshot, %,d commands in the binlog%n", keys, options.items());
        Recording recording = new MixedData(keys).write(place, options.items(), Stages.LAST_ITEMS);
        String column = String.format(Locale.ROOT, "%,d keys", keys);
        Migrations warm = new Migrations();
        Migrations cold = new Migrations();
        try (RecordedMaster master = RecordedMaster.start(recording);
                RedisServer model = RedisServer.start()) {
            try (Machinery machinery = machinery(place.resolve("stages"))) {
                new Stages(master, keys, options.items(), machinery, new Report(out, table, column)).run();
            }
            Endpoint modelled = Endpoint.parse(model.address(), Optional.empty());
            new MixedData(keys).fill(modelled, Math.max(1, keys / ReadyToReady.COMPARED) | 1);
            Endpoint pika = Endpoint.parse("127.0.0.1:" + master.port(), Optional.empty());
            ReadyToReady migration = new ReadyToReady(pika, SpotCheck.of(modelled, ReadyToReady.COMPARED), keys);
            master.writeUpTo(0);
            for (int i = 1; i <= options.repeat(); i++) {
                try (Machinery machinery = machinery(place.resolve("run-" + i))) {
                    cold.addOurs(migration.ours("start to equal", machinery, "first"));
                    warm.addOurs(migration.ours("the same again", machinery, "second"));
                }
                out.println(cold.ours().get(i - 1));
                out.println(warm.ours().get(i - 1));
            }
        }
        cold.into(table, column, "start to equal");
        warm.into(table, column, "the same again in the same worker");
        return cold.areRight() & warm.areRight();
    }

    private Machinery machinery(Path place) throws IOException {
        return new Machinery(place, options.plugins(), options.exactlyOnce());
    }
}
