package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovalTest {

    @TempDir
    Path base;

    private Path tree() throws IOException {
        Path tree = Files.createDirectory(base.resolve("tree"));
        for (String folder : List.of("strings", "hashes", "lists")) {
            Files.createDirectory(tree.resolve(folder));
            for (int i = 0; i < 200; i++) {
                Files.createFile(tree.resolve(folder).resolve(i + ".sst"));
            }
        }
        return tree;
    }

    @Test
    void nothingIsLeft() throws IOException {
        Path outside = Files.createFile(base.resolve("outside"));
        Path tree = tree();
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Removal.of(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside).exists();
        Removal.of(tree);
    }

    @Test
    void twoWhoRemoveTheSameDoNotDisturbEachOther() throws Exception {
        for (int round = 0; round < 40; round++) {
            Path tree = tree();
            CyclicBarrier together = new CyclicBarrier(2);
            FutureTask<Void> other = new FutureTask<>(() -> {
                together.await();
                Removal.of(tree);
                return null;
            });
            new Thread(other).start();
            together.await();
            Removal.of(tree);
            other.get();
            assertThat(tree).doesNotExist();
        }
    }

    @Test
    void whatCannotBeRemovedIsNamedAndKeepsNothingElse() throws Exception {
        Path tree = tree();
        try (Unreachable unreachable = Unreachable.below(tree)) {
            assertThatThrownBy(() -> Removal.of(tree)).isInstanceOf(IOException.class);
            assertThat(tree).isDirectoryNotContaining("glob:**/{strings,hashes,lists}");
        }
    }
}
