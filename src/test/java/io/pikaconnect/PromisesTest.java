package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.Promises.Promise;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** What README and the pages promise is held by tests, see {@link Promises}. */
class PromisesTest {

    static List<Promises> pages() throws IOException {
        return Promises.all();
    }

    @Test
    void eachPageForUsersHasItsList() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("src/site/markdown"));
                Stream<Path> guide = Files.list(GuideTest.ENGLISH)) {
            assertThat(pages())
                    .extracting(Promises::page)
                    .containsAll(Stream.concat(pages, guide)
                            .filter(page -> page.toString().endsWith(".md"))
                            .filter(page -> !page.endsWith("architecture.md"))
                            .toList())
                    .contains(
                            GeneratedTable.README,
                            GeneratedTable.SETTINGS,
                            Path.of("docker/README.md"),
                            Path.of("src/demo/README.md"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void eachTextOfThePageIsListedInItsPlace(Promises page) throws IOException {
        List<String> starts = page.promises().stream().map(Promise::start).toList();
        List<String> texts = page.texts();
        assertThat(texts.stream().filter(text -> starts.stream().noneMatch(text::startsWith)))
                .as("what the page has and its list lacks")
                .isEmpty();
        assertThat(starts.stream().filter(start -> texts.stream().noneMatch(text -> text.startsWith(start))))
                .as("what begins no text of the page")
                .isEmpty();
        assertThat(texts.stream()
                        .map(text -> starts.stream()
                                .filter(text::startsWith)
                                .findFirst()
                                .orElseThrow())
                        .toList())
                .as("in the page's order, each once")
                .isEqualTo(starts);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void eachPromiseHasATestThatHoldsIt(Promises page) {
        assertThat(page.promises().stream()
                        .filter(promise -> promise.holders().isEmpty())
                        .map(Promise::start))
                .as("nothing holds these")
                .isEmpty();
        assertThat(page.promises().stream()
                        .flatMap(promise -> promise.holders().stream())
                        .filter(holder -> !holds(holder)))
                .as("no test, and none of the marks")
                .isEmpty();
    }

    private static boolean holds(String holder) {
        if (holder.startsWith(Promises.MARK)) {
            return Promises.NO_PROMISE.contains(holder.substring(Promises.MARK.length()));
        }
        int dot = holder.lastIndexOf('.');
        try {
            Class<?> test = Class.forName(
                    PromisesTest.class.getPackageName() + "." + holder.substring(0, dot),
                    false, // some need the packaged plugin as soon as they are initialized
                    PromisesTest.class.getClassLoader());
            return Stream.of(test.getDeclaredMethods())
                    .filter(method -> method.getName().equals(holder.substring(dot + 1)))
                    .anyMatch(PromisesTest::isTest);
        } catch (ClassNotFoundException | StringIndexOutOfBoundsException e) {
            return false;
        }
    }

    private static boolean isTest(Method method) {
        return AnnotationSupport.isAnnotated(method, Testable.class);
    }
}
