package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Redis can be a target; README and the plugin's manifest tell the same. */
class TargetCheckTest {

    private static Map<String, String> info(String version, String policy, String cluster) {
        return Map.of("redis_version", version, "maxmemory_policy", policy, "cluster_enabled", cluster);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2.0", "6.2.14", "7.0.15", "7.4.1", "8.0.2", "10.0.0", "7.2.4"})
    void takesAVersionFromTheOldestOn(String version) {
        assertThat(TargetCheck.refusal(info(version, "noeviction", "0"), false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.0.20", "5.0.14", "2.8.24", "6"})
    void refusesAnOlderOneByItsVersion(String version) {
        assertThat(TargetCheck.refusal(info(version, "noeviction", "0"), false))
                .hasValueSatisfying(cause -> assertThat(cause).contains(version));
    }

    @ParameterizedTest
    @CsvSource({
        "6.2.16, libc, true",
        "7.0.7, libc, true",
        "7.0.8, libc, false",
        "7.2.4, libc, false",
        "6.2.16, jemalloc-5.1.0, false",
        "7.0.7, jemalloc-5.2.1, false"
    })
    void refusesLibcsMallocBeforeTheReleaseInWhichScriptsDoNotCrashWithIt(
            String version, String allocator, boolean refused) {
        Map<String, String> info = new HashMap<>(info(version, "noeviction", "0"));
        info.put("mem_allocator", allocator);
        assertThat(TargetCheck.refusal(info, false).filter(cause -> cause.contains("mem_allocator:libc")))
                .isEqualTo(TargetCheck.refusal(info, false));
        assertThat(TargetCheck.refusal(info, false).isPresent()).isEqualTo(refused);
    }

    @Test
    void refusesOneThatThrowsKeysAway() {
        assertThat(TargetCheck.refusal(info("7.0.15", "allkeys-lru", "0"), false))
                .hasValueSatisfying(cause -> assertThat(cause).contains("allkeys-lru"));
    }

    @Test
    void refusesACluster() {
        assertThat(TargetCheck.refusal(info("7.0.15", "noeviction", "1"), false))
                .hasValueSatisfying(cause -> assertThat(cause).contains("cluster"));
    }

    @Test
    void readmeAndManifestTellTheSame() throws IOException {
        assertThat(TargetCheck.REMEDY).contains("Redis 6.2 or later, or Valkey").contains("noeviction");
        assertThat(Files.readString(Path.of("README.md")))
                .contains("Redis 6.2 or later, or Valkey, standalone, with Sentinel or, as a preview, a Cluster")
                .contains("`maxmemory-policy noeviction`");
        assertThat(Files.readString(Path.of("manifest.json")))
                .contains(
                        "\"Redis 6.2 or later or Valkey, standalone, with Sentinel or, as a preview, a Cluster, maxmemory-policy noeviction\"");
    }
}
