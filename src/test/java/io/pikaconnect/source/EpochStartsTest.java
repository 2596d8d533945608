package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochStartsTest {

    @Test
    void isWhatKafkasToolForDeletingRecordsReads() {
        assertThat(EpochStarts.documents("pika.db0", new TreeMap<>(Map.of(0, 31L, 1, 29L))))
                .containsExactly("{\"partitions\":[{\"topic\":\"pika.db0\",\"partition\":0,\"offset\":31},"
                        + "{\"topic\":\"pika.db0\",\"partition\":1,\"offset\":29}],\"version\":1}");
    }

    @Test
    void manyPartitionsAreSeveralLinesOfBoundedLengthEachAWholeDocument() throws Exception {
        TreeMap<Integer, Long> offsets = new TreeMap<>();
        IntStream.range(0, 1_000).forEach(p -> offsets.put(p, 1_000_000L + p));
        List<String> documents = EpochStarts.documents("x".repeat(249), offsets);
        TreeMap<Integer, Long> read = new TreeMap<>();
        for (String document : documents) {
            assertThat(document).hasSizeLessThan(EpochStarts.LONGEST + 400);
            JsonNode partitions = new ObjectMapper().readTree(document).path("partitions");
            partitions.forEach(
                    p -> read.put(p.path("partition").asInt(), p.path("offset").asLong()));
        }
        assertThat(read).isEqualTo(offsets);
    }
}
