package io.pikaconnect.pika;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReleasesTest {

    @Test
    void theRowsAreInOrderAndLeaveNoReleaseOut() {
        List<Release> all = Releases.all();
        assertThat(all).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < all.size(); i++) {
            Release release = all.get(i);
            boolean first = i == 0 || all.get(i - 1).family() != release.family();
            assertThat(release.patch())
                    .as("" + release)
                    .isEqualTo(first ? 0 : all.get(i - 1).patch() + 1);
        }
        assertThat(all).extracting(Release::family).contains(Family.values());
    }

    @Test
    void everyDialectIsOfSomeRelease() {
        assertThat(Stream.of(Releases.values()).flatMap(row -> row.dialects().stream()))
                .contains(BinlogDialect.values());
    }

    @Test
    void whatOneReportsIsAReleaseThatIsKnown() {
        for (Release release : Releases.all()) {
            assertThat(Releases.all())
                    .as("" + release)
                    .anyMatch(known -> Releases.mayReport(release, known.toString()));
        }
    }
}
