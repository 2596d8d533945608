package io.pikaconnect.fullsync;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the dumps of one db of one Pika are kept, below {@code snapshot.dir}:
 *
 * <pre>
 * &lt;name&gt;.&lt;db&gt;.&lt;epoch&gt;           complete: renamed to this when everything was on the disk
 * &lt;name&gt;.&lt;db&gt;.&lt;epoch&gt;.partial   begun; the next full sync removes whatever is there
 * </pre>
 *
 * Other Pikas' directories there are left alone. Beside the master's files a dump has {@value #REQUEST}, which says when
 * it was requested.
 */
public final class DumpDirectory {

    /** Our own file in a dump. */
    static final String REQUEST = "pika-connect.properties";

    private static final String PARTIAL = ".partial";
    private static final String REQUESTED = "requested";

    /** What follows our prefix: an epoch, complete, begun, or being deleted. */
    private static final Pattern EPOCH = Pattern.compile("\\d+(\\.deleted)?(\\.partial)?");

    private final Path base;
    private final String prefix;

    /**
     * @param snapshotDir made when the first dump is
     * @param pikaName logical name of the Pika
     * @param database such as {@code db0}
     */
    public DumpDirectory(Path snapshotDir, String pikaName, String database) {
        base = snapshotDir.toAbsolutePath();
        prefix = escaped(pikaName) + "." + escaped(database) + ".";
    }

    /** Letters that mean nothing in a file name; no two names become the same. */
    private static String escaped(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            out.append(plain || b == '-' || b == '_' ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return out.toString();
    }

    /**
     * The complete dump of that epoch, if there is one.
     *
     * @throws IOException when it cannot be read, or somebody changed it
     */
    public Optional<Dump> complete(long epoch) throws IOException {
        Path directory = path(epoch);
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Reader in = Files.newBufferedReader(directory.resolve(REQUEST))) {
            Properties request = new Properties();
            request.load(in);
            InfoFile info = InfoFile.parse(Files.readAllBytes(directory.resolve(InfoFile.NAME)));
            return Optional.of(new Dump(
                    directory,
                    info.position(),
                    info.masterAddress(),
                    Instant.parse(request.getProperty(REQUESTED, ""))));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("the dump " + directory + " was changed: " + e.getMessage() + "; remove it", e);
        }
    }

    /** Removes the dump of that epoch, and what a killed worker left of it; nothing happens if there is none. */
    public void delete(long epoch) throws IOException {
        Path directory = path(epoch);
        // Renamed first, so what a crash leaves is not taken for complete.
        Path doomed = base.resolve(prefix + epoch + ".deleted" + PARTIAL);
        remove(doomed);
        if (Files.isDirectory(directory)) {
            Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
            remove(doomed);
        }
    }

    /** An empty directory for the dump of that epoch; every other dump of this db is of no use any more and is removed. */
    Path begin(long epoch) throws IOException {
        try {
            Files.createDirectories(base);
            removeOthers();
            return Files.createDirectory(partial(epoch));
        } catch (IOException e) {
            throw new IOException(
                    "cannot prepare " + partial(epoch) + " for a dump: " + e
                            + "; snapshot.dir must be a directory that we can write to",
                    e);
        }
    }

    /** Removes what {@link #begin} made for that epoch, if it was not completed. */
    void abandon(long epoch) throws IOException {
        remove(partial(epoch));
    }

    private void removeOthers() throws IOException {
        try (DirectoryStream<Path> begun = Files.newDirectoryStream(base, p -> {
            String name = p.getFileName().toString();
            return name.startsWith(prefix)
                    && EPOCH.matcher(name.substring(prefix.length())).matches();
        })) {
            for (Path directory : begun) {
                remove(directory);
            }
        }
    }

    /** Makes what {@link #begin} began complete; every file in it has been forced to the disk. */
    Dump finish(long epoch, InfoFile info, Instant requested) throws IOException {
        Path partial = partial(epoch);
        Properties request = new Properties();
        request.setProperty(REQUESTED, requested.toString());
        try (Writer out = Files.newBufferedWriter(partial.resolve(REQUEST))) {
            request.store(out, "Written by kafka-connect-pika when this dump was complete");
        }
        try (Stream<Path> all = Files.walk(partial, 1)) {
            for (Path path : all.toList()) {
                force(path);
            }
        }
        delete(epoch);
        Files.move(partial, path(epoch), StandardCopyOption.ATOMIC_MOVE);
        force(base);
        return new Dump(path(epoch), info.position(), info.masterAddress(), requested);
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> insideOut = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : insideOut) {
                Files.deleteIfExists(path);
            }
        }
    }

    private Path path(long epoch) {
        return base.resolve(prefix + epoch);
    }

    private Path partial(long epoch) {
        return base.resolve(prefix + epoch + PARTIAL);
    }
}
