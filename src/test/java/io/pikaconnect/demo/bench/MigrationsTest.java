package io.pikaconnect.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private final Migrations migrations = new Migrations();

    private static Migration migration(double seconds) {
        return new Migration("one", 1_000, seconds, 1_000, 10, List.of(), "no CPU");
    }

    @Test
    void theRatioIsThatOfTheMediansOfTheTimes() {
        assertThat(migrations.ratio()).isEmpty();
        migrations.addBaseline(migration(30));
        assertThat(migrations.ratio()).isEmpty();
        migrations.addOurs(migration(10));
        assertThat(migrations.ratio()).hasValue(3);
        migrations.addOurs(migration(20));
        assertThat(migrations.ratio()).hasValue(2);
        migrations.addOurs(migration(100));
        assertThat(migrations.ratio()).hasValue(1.5);
        migrations.addBaseline(migration(10));
        assertThat(migrations.ratio()).hasValue(1);
    }

    @Test
    void aMigrationIsRightOnlyWithAllKeysAndWithoutADifference() {
        assertThat(migration(1).isRight()).isTrue();
        assertThat(migration(1).toString())
                .contains("1.0 s", "1,000 keys/s", "no CPU")
                .endsWith("10 keys compared, all equal");
        Migration fewer = new Migration("one", 1_000, 1, 999, 10, List.of(), "");
        assertThat(fewer.isRight()).isFalse();
        assertThat(fewer.toString()).endsWith("WRONG: 999 keys of 1,000");
        Migration wrong = new Migration("one", 1_000, 1, 1_000, 10, List.of("a differs", "b", "c", "d"), "");
        assertThat(wrong.isRight()).isFalse();
        assertThat(wrong.toString())
                .contains("WRONG: of 10 keys compared, 4 differ", "a differs")
                .doesNotContain("      d");
        migrations.addOurs(migration(1));
        assertThat(migrations.areRight()).isTrue();
        migrations.addBaseline(wrong);
        assertThat(migrations.areRight()).as("the baseline's is not ours").isTrue();
        migrations.addOurs(wrong);
        assertThat(migrations.areRight()).isFalse();
    }

    @Test
    void theTableHasAColumnForEachSizeAndARowForEachFigure() {
        Table table = new Table();
        migrations.addOurs(migration(10));
        migrations.into(table, "1,000 keys", "start to equal");
        migrations.addBaseline(migration(25));
        migrations.into(table, "2,000 keys", "start to equal");
        migrations.baselineInto(table, "2,000 keys");
        Migrations again = migrations.besideTheSame();
        again.addOurs(migration(5));
        again.into(table, "2,000 keys", "again");
        assertThat(table.toString()).isEqualTo("""
                        | | 1,000 keys | 2,000 keys |
                        |---|---|---|
                        | start to equal | 10.0 s, 100 keys/s | 10.0 s, 100 keys/s |
                        | start to equal, times as fast |  | 2.50 |
                        | the baseline |  | 25.0 s, 40 keys/s |
                        | again |  | 5.0 s, 200 keys/s |
                        | again, times as fast |  | 5.00 |""");
    }
}
