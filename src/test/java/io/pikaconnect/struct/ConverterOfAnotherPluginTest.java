package io.pikaconnect.struct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link RawOrStructConverter} and its other converter in class loaders of their own, as a worker loads plugins. */
class ConverterOfAnotherPluginTest {

    /** Its setting's default is a class of its plugin, by name: it is loaded with the context class loader. */
    private static final String SOURCE = """
            package example;

            import java.util.Map;
            import org.apache.kafka.common.config.AbstractConfig;
            import org.apache.kafka.common.config.ConfigDef;
            import org.apache.kafka.connect.data.*;
            import org.apache.kafka.connect.storage.Converter;

            public class NamingConverter implements Converter {
                public static class Naming {
                    public String name() {
                        return "named";
                    }
                }

                static final ConfigDef SETTINGS = new ConfigDef()
                        .define("naming", ConfigDef.Type.CLASS, "example.NamingConverter$Naming",
                                ConfigDef.Importance.LOW, "");

                final Naming first = naming(Map.of());
                Naming naming;

                private static Naming naming(Map<String, ?> settings) {
                    return new AbstractConfig(SETTINGS, settings).getConfiguredInstance("naming", Naming.class);
                }

                public void configure(Map<String, ?> settings, boolean isKey) {
                    naming = naming(Map.of("naming", "example.NamingConverter$Naming"));
                }

                public byte[] fromConnectData(String topic, Schema schema, Object value) {
                    return naming(Map.of("naming", "example.NamingConverter$Naming")).name().getBytes();
                }

                public SchemaAndValue toConnectData(String topic, byte[] value) {
                    if (value[0] == '!') {
                        throw new IllegalStateException("not mine");
                    }
                    return new SchemaAndValue(null,
                            naming(Map.of("naming", "example.NamingConverter$Naming")).name());
                }

                public void close() {
                    System.setProperty("example.closed", naming(
                            Map.of("naming", "example.NamingConverter$Naming")).name());
                }
            }
            """;

    private static final String CLOSED = "example.closed";

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path classes;

    private URLClassLoader otherPlugin;
    private URLClassLoader thisPlugin;
    private Converter converter;

    @BeforeEach
    void loadPlugins() throws IOException, ReflectiveOperationException {
        Path source = Files.writeString(classes.resolve("NamingConverter.java"), SOURCE);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        jar(Converter.class) + System.getProperty("path.separator") + jar(RecordHeaders.class),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(compiled).isZero();
        otherPlugin = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
        URL ours =
                RawOrStructConverter.class.getProtectionDomain().getCodeSource().getLocation();
        thisPlugin = new URLClassLoader(new URL[] {ours}, new Worker(otherPlugin, before));
        Thread.currentThread().setContextClassLoader(thisPlugin);
        converter = thisPlugin
                .loadClass(RawOrStructConverter.class.getName())
                .asSubclass(Converter.class)
                .getDeclaredConstructor()
                .newInstance();
        assertThat(converter.getClass()).isNotEqualTo(RawOrStructConverter.class);
    }

    private static Path jar(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    @AfterEach
    void unloadPlugins() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        System.clearProperty(CLOSED);
        thisPlugin.close();
        otherPlugin.close();
    }

    /** Has the converters of all plugins, but not the other classes of theirs. */
    private static final class Worker extends ClassLoader {

        private final ClassLoader plugin;

        Worker(ClassLoader plugin, ClassLoader worker) {
            super(worker);
            this.plugin = plugin;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals("example.NamingConverter")) {
                return plugin.loadClass(name);
            }
            if (name.startsWith("io.pikaconnect.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    private void configure() {
        converter.configure(Map.of("struct.converter", "example.NamingConverter"), false);
    }

    @Test
    void itFindsTheClassesOfItsPluginWheneverItIsCalled() {
        configure();

        byte[] value = "{}".getBytes(StandardCharsets.UTF_8);
        assertThat(converter.toConnectData("t", value).value()).isEqualTo("named");
        assertThat(converter.toConnectData("t", new RecordHeaders(), value).value())
                .isEqualTo("named");
        assertThat(converter.fromConnectData("t", null, "x")).asString().isEqualTo("named");
        assertThat(converter.fromConnectData("t", new RecordHeaders(), null, "x"))
                .asString()
                .isEqualTo("named");
    }

    @Test
    void theThreadHasItsClassLoaderBackEvenAfterAFailure() {
        configure();
        byte[] foreign = {'!'};

        assertThatThrownBy(() -> converter.toConnectData("t", foreign)).hasMessage("not mine");

        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(thisPlugin);
    }

    @Test
    void itIsClosedWithThisOne() throws IOException {
        converter.close();
        assertThat(System.getProperty(CLOSED)).as("nothing to close yet").isNull();
        configure();

        converter.close();

        assertThat(System.getProperty(CLOSED)).isEqualTo("named");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(thisPlugin);
    }
}
