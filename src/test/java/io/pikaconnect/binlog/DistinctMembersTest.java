package io.pikaconnect.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctMembersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void countsAsAMapDoes(int width) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<byte[]> args = new ArrayList<>(List.of(Resp.bytes("name"), Resp.bytes("key")));
            Map<String, Integer> first = new LinkedHashMap<>();
            Map<String, Integer> times = new LinkedHashMap<>();
            int elements = random.nextInt(round % 10 == 0 ? 5_000 : 20);
            int members = 1 + random.nextInt(round % 3 == 0 ? 10 : 100_000);
            for (int i = 0; i < elements; i++) {
                String member = Integer.toString(random.nextInt(members), 36);
                first.putIfAbsent(member, args.size());
                times.merge(member, 1, Integer::sum);
                for (int a = 1; a < width; a++) {
                    args.add(Resp.bytes("score"));
                }
                args.add(Resp.bytes(member));
            }
            DistinctMembers distinct = DistinctMembers.of(args, 2, width);
            assertThat(distinct.members()).as("seed %d", seed).isEqualTo(first.size());
            assertThat(distinct.first())
                    .as("seed %d", seed)
                    .containsExactly(first.values().stream().mapToInt(i -> i).toArray());
            assertThat(distinct.times())
                    .as("seed %d", seed)
                    .containsExactly(times.values().stream().mapToInt(i -> i).toArray());
        }
    }
}
