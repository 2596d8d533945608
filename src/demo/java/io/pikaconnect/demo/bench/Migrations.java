package io.pikaconnect.demo.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Migrations of the same data in one run of the benchmark, ours and those of the baseline. */
final class Migrations {

    private final List<Migration> ours = new ArrayList<>();
    private final List<Migration> baselines;

    Migrations() {
        this(new ArrayList<>());
    }

    private Migrations(List<Migration> baselines) {
        this.baselines = baselines;
    }

    /** Others of ours, beside the same baseline. */
    Migrations besideTheSame() {
        return new Migrations(baselines);
    }

    void addOurs(Migration migration) {
        ours.add(migration);
    }

    void addBaseline(Migration migration) {
        baselines.add(migration);
    }

    List<Migration> ours() {
        return List.copyOf(ours);
    }

    /** How many times as fast ours is, by the medians of the times; absent where there is nothing to compare. */
    OptionalDouble ratio() {
        return ours.isEmpty() || baselines.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(medianSeconds(baselines) / medianSeconds(ours));
    }

    /** The middle one, or the mean of the two in the middle. */
    static double medianSeconds(List<Migration> migrations) {
        double[] sorted =
                migrations.stream().mapToDouble(Migration::seconds).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether all of ours were right. */
    boolean areRight() {
        return ours.stream().allMatch(Migration::isRight);
    }

    /** Puts what there is into a column: how long ours took, and the ratio. */
    void into(Table table, String column, String name) {
        row(table, column, name, ours);
        ratio().ifPresent(ratio ->
                table.put(column, name + ", times as fast", String.format(Locale.ROOT, "%.2f", ratio)));
    }

    /** Puts the baseline's into a column. */
    void baselineInto(Table table, String column) {
        row(table, column, "the baseline", baselines);
    }

    private static void row(Table table, String column, String name, List<Migration> migrations) {
        if (!migrations.isEmpty()) {
            double seconds = medianSeconds(migrations);
            table.put(
                    column,
                    name,
                    String.format(
                            Locale.ROOT,
                            "%.1f s, %,.0f keys/s",
                            seconds,
                            migrations.get(0).keys() / seconds));
        }
    }
}
