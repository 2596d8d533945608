package io.pikaconnect.fullsync;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Properties;

/**
 * Describes the dump in a folder, in the file {@value #FILE}: which dump it is, so that an interrupted pull can be
 * continued, and when it was requested. Earlier releases stored only the latter.
 *
 * @param requested when it was requested, by our clock
 * @param uuid of the master's dump, as in {@link FileList}; empty for one that the master pushed
 * @param list fingerprint of the names of its files; empty for a pushed one
 * @param replicationId of the master; empty for a pushed dump, and if the master has none
 * @param first whether a later task may continue the pull: it is that of a source's first full sync, and the dump was
 *     made for it. Earlier releases stored nothing and took any dump that the master had
 */
record Label(Instant requested, String uuid, String list, String replicationId, boolean first) {

    static final String FILE = "pika-connect.properties";

    private static final String REQUESTED = "requested";
    private static final String UUID = "uuid";
    private static final String LIST = "list";
    private static final String REPLICATION_ID = "replication-id";
    private static final String FIRST = "first";

    /** For a pushed dump, which cannot be continued. */
    static Label pushed(Instant requested) {
        return new Label(requested, "", "", "", false);
    }

    static Label pulled(Instant requested, FileList files, String replicationId, boolean first) {
        return new Label(requested, files.uuid(), files.fingerprint(), replicationId, first);
    }

    /**
     * The label in that folder, if there is one.
     *
     * @throws IOException if it cannot be read, or is not a label
     */
    static Optional<Label> read(Path folder) throws IOException {
        Properties noted = new Properties();
        try (Reader in = Files.newBufferedReader(folder.resolve(FILE))) {
            noted.load(in);
            return Optional.of(new Label(
                    Instant.parse(noted.getProperty(REQUESTED, "")),
                    noted.getProperty(UUID, ""),
                    noted.getProperty(LIST, ""),
                    noted.getProperty(REPLICATION_ID, ""),
                    Boolean.parseBoolean(noted.getProperty(FIRST, "false"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("the dump " + folder + " was changed: " + e.getMessage() + "; remove it", e);
        }
    }

    /** Writes it, replacing an earlier one. */
    void write(Path folder) throws IOException {
        Properties noted = new Properties();
        noted.setProperty(REQUESTED, requested.toString());
        noted.setProperty(UUID, uuid);
        noted.setProperty(LIST, list);
        noted.setProperty(REPLICATION_ID, replicationId);
        noted.setProperty(FIRST, Boolean.toString(first));
        StringWriter text = new StringWriter();
        noted.store(text, "Written by kafka-connect-pika");
        Path written = folder.resolve("." + FILE);
        Files.deleteIfExists(written);
        OwnerOnly.write(written, text.toString());
        DumpDirectory.force(written);
        Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether the folder's files may be reused, since the master's dump is the same. */
    boolean canContinue(FileList files, String masterReplicationId) {
        return !uuid.isEmpty()
                && uuid.equals(files.uuid())
                && list.equals(files.fingerprint())
                && (replicationId.isEmpty()
                        || masterReplicationId.isEmpty()
                        || replicationId.equals(masterReplicationId));
    }
}
