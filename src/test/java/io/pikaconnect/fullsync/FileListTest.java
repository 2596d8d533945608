package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.replication.ReplicationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileListTest {

    private static final String UUID = "0123456789abcdef0123456789abcdef";

    @Test
    void takesTheNamesOfARealDump() throws Exception {
        List<String> names =
                List.of("strings/CURRENT", "strings/MANIFEST-000005", "0/000009.sst", "sets/000012.log", "info");
        assertThat(FileList.of(meta(UUID, names)).names()).isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../x",
                "strings/../../x",
                "strings/..",
                "strings//x",
                "strings/a/b",
                "a\\b",
                "",
                "strings/",
                "strings/.hidden",
                "strings/x\u0000",
                "strings/ü",
                "pika-connect.properties"
            })
    void refusesNamesThatWouldBeWrittenElsewhere(String name) {
        assertThatThrownBy(() -> FileList.of(meta(UUID, List.of(name, "info"))))
                .isInstanceOf(ReplicationException.class)
                .hasMessageContaining("'" + name.replace('\0', '?') + "'");
    }

    @Test
    void isNoneWithoutAnIdOrFilesOrInfo() {
        assertThatThrownBy(() -> FileList.of(meta("", List.of("info")))).hasMessageContaining("no dump");
        assertThatThrownBy(() -> FileList.of(meta(UUID, List.of("info"))))
                .hasMessageContainingAll("no dump", "bgsave", "dump-path");
        assertThatThrownBy(() -> FileList.of(meta("x", List.of("a/b", "info")))).hasMessageContaining("MD5");
        assertThatThrownBy(() -> FileList.of(meta(UUID, List.of("a/b")))).hasMessageContaining("lacks info");
        assertThatThrownBy(() -> FileList.of(meta(UUID, List.of("a/b", "a/b", "info"))))
                .hasMessageContaining("twice");
    }

    private static Response meta(String uuid, List<String> names) {
        return Response.newBuilder()
                .setSnapshotUuid(uuid)
                .setMetaResp(Response.MetaResponse.newBuilder().addAllFilenames(names))
                .build();
    }
}
