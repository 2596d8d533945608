package io.pikaconnect.demo.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what the stages have measured and puts it into a column of the table. */
final class Report {

    private final PrintStream out;
    private final Table table;
    private final String column;

    Report(PrintStream out, Table table, String column) {
        this.out = out;
        this.table = table;
        this.column = column;
    }

    void heading() {
        out.printf("%-34s %12s %9s   %s%n", "", "a second", "of floor", "CPU a record");
    }

    /** What a part does alone. */
    void floor(String name, String row, Rate rate, String remark) {
        out.printf(Locale.ROOT, "%-34s %,12.0f             %s%n", "floor: " + name, rate.perSecond(), remark);
        table.put(column, row, rate(rate));
    }

    void stage(String name, String row, Rate rate, Rate floor, CpuSeconds cpu) {
        out.printf(
                Locale.ROOT,
                "%-34s %,12.0f %9.2f   worker %.1f us, Kafka %.1f us%n",
                name,
                rate.perSecond(),
                rate.partOf(floor),
                cpu.worker() * 1e6 / rate.count(),
                cpu.broker() * 1e6 / rate.count());
        table.put(column, row, rate(rate));
    }

    /** CPU of the worker and another process for each record, for the table alone. */
    void cpu(String row, double worker, double other, Rate rate) {
        table.put(
                column,
                row,
                String.format(Locale.ROOT, "%.1f + %.1f", worker * 1e6 / rate.count(), other * 1e6 / rate.count()));
    }

    void redis(RedisUse use, Rate rate) {
        out.printf(
                Locale.ROOT,
                "%-34s %22s   Redis %.1f us; %.0f %% of the commands' time is the script's own%n",
                "",
                "",
                use.cpuSeconds() * 1e6 / rate.count(),
                100 * use.scriptsOwnPart());
    }

    void redisAlone(RedisUse use, Rate rate) {
        table.put(
                column,
                "Redis' CPU a record, bare pipelined client, µs",
                String.format(Locale.ROOT, "%.1f", use.cpuSeconds() * 1e6 / rate.count()));
    }

    void latency(Latency latency) {
        String name = String.format(Locale.ROOT, "latency at %,d writes/s", latency.perSecond());
        out.printf(
                Locale.ROOT,
                "%-34s median %.0f ms, 99 %% within %.0f ms, longest %.0f ms%n",
                name,
                latency.percentile(0.5),
                latency.percentile(0.99),
                latency.percentile(1));
        table.put(
                column,
                "latency from binlog to Redis" + name.substring("latency".length()) + ", median, 99 % within",
                String.format(Locale.ROOT, "%.0f ms, %.0f ms", latency.percentile(0.5), latency.percentile(0.99)));
    }

    private static String rate(Rate rate) {
        return String.format(Locale.ROOT, "%,.0f", rate.perSecond());
    }
}
