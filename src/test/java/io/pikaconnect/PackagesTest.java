package io.pikaconnect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.pikaconnect.tool.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packages import each other as architecture.md, "Packages" allows it, and in no circle. */
class PackagesTest {

    private static final String ROOT = "io.pikaconnect";

    /** Name, content, what to read first, what it may import; {@code –} for nothing. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z]+)` \\|[^|]*\\|[^|]*\\| ([a-z, –]+) \\|$", Pattern.MULTILINE);

    private static final Set<String> KNOW_KAFKA =
            Set.of("source", "sink", "kafka", "settings", "metrics", "failure", "struct");

    private static JavaClasses classes;

    /** What each package may import, by the page. */
    private static Map<String, Set<String>> allowed;

    @BeforeAll
    static void read() throws IOException {
        // Names of other classes are enough; looking into Netty and Kafka takes many times as long.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter().importPath(Path.of("target/classes"));
        allowed = ROW.matcher(Files.readString(Path.of("src/site/markdown/architecture.md")))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), PackagesTest::imports, (a, b) -> a, TreeMap::new));
    }

    private static Set<String> imports(MatchResult row) {
        return row.group(2).equals("–") ? Set.of() : Set.of(row.group(2).split(", "));
    }

    @Test
    void theArchitectureHasARowForEachPackage() {
        Set<String> packages = classes.stream()
                .map(c -> c.getPackageName())
                .filter(name -> name.matches("io\\.pikaconnect\\.[a-z]+"))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(allowed.keySet()).isEqualTo(packages);
    }

    @Test
    void aPackageImportsOnlyWhatTheArchitectureAllows() {
        allowed.forEach((name, imports) -> {
            String[] others = allowed.keySet().stream()
                    .filter(other -> !other.equals(name) && !imports.contains(other))
                    .map(PackagesTest::within)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(within(name))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(classes);
        });
    }

    @Test
    void theMapOfEachPackageNamesTheSameImports() {
        allowed.forEach((name, imports) -> assertThat(map(name))
                .as("package-info of %s", name)
                .contains("Imports " + (imports.isEmpty() ? "nothing of the project" : join(imports)) + "."));
    }

    private static String map(String name) {
        try {
            return Files.readString(Path.of("src/main/java/io/pikaconnect", name, "package-info.java"))
                    .replaceAll("\\s+\\*?\\s*", " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String join(Set<String> imports) {
        return String.join(", ", new TreeSet<>(imports));
    }

    @Test
    void packagesMakeNoCircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
    }

    /** The stand-ins of src/demo, compiled into the same folder, reach into packages of main on purpose. */
    @Test
    void packagesOfTestsMakeNoCircle() {
        Path folder = Path.of("target/test-classes");
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(compiled -> Files.exists(Path.of("src/test/java")
                        .resolve(folder.toAbsolutePath()
                                .relativize(Path.of(compiled.asURI()))
                                .toString()
                                .replaceFirst("(\\$.*)?\\.class$", ".java"))))
                .importPath(folder);
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(tests);
        assertThat(tests.contain(PackagesTest.class)).isTrue();
    }

    @Test
    void theToolNeedsNothingOfTheStandInsAndOfTheTests() {
        Path folder = Path.of("target/test-classes");
        JavaClasses tool = new ClassFileImporter()
                .withImportOption(compiled -> Files.exists(Path.of("src/tool/java")
                        .resolve(folder.toAbsolutePath()
                                .relativize(Path.of(compiled.asURI()))
                                .toString()
                                .replaceFirst("(\\$.*)?\\.class$", ".java"))))
                .importPath(folder);
        assertThat(tool.contain(Pipeline.class)).isTrue();
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".demo..",
                        "org.junit..",
                        "org.assertj..",
                        "org.awaitility..",
                        "redis.embedded..",
                        "org.apache.commons..")
                .check(tool);
    }

    @Test
    void onlyTheConnectorsAndWhatServesThemKnowKafka() {
        allowed.keySet().stream()
                .filter(name -> !KNOW_KAFKA.contains(name))
                .forEach(name -> noClasses()
                        .that()
                        .resideInAPackage(within(name))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.kafka..")
                        .check(classes));
    }

    private static String within(String name) {
        return ROOT + "." + name + "..";
    }
}
