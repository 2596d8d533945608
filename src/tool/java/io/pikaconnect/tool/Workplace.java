package io.pikaconnect.tool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The folder of a migration: Kafka's data, the dump, logs, and the passwords that the connectors use. Only its owner can
 * read it, and only one process at a time has it.
 */
final class Workplace implements AutoCloseable {

    private static final String SECRETS = "passwords.properties";

    private final Path directory;
    private final FileChannel channel;

    private Workplace(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Creates the folder if it is not there, and takes it.
     *
     * @throws Failed if it cannot be used, or another process has it
     */
    static Workplace open(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.toAbsolutePath().getParent());
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw new Failed(
                        "the folder " + directory + " is in use by another pika2redis migrate: end that one, or"
                                + " give another folder with --dir");
            }
            return new Workplace(directory.toAbsolutePath(), channel);
        } catch (IOException e) {
            throw new Failed("the folder " + directory + " cannot be used (" + e
                    + "): make it writable, or give another" + " with --dir");
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    Path directory() {
        return directory;
    }

    /**
     * Writes passwords into a file of this folder.
     *
     * @param passwords by setting; one that is absent is taken out
     * @return for each that there is, what refers to it in a connector's configuration
     */
    Map<String, String> keep(Map<String, Optional<String>> passwords) {
        Path file = directory.resolve(SECRETS);
        Properties kept = new Properties();
        passwords.forEach((setting, password) -> password.ifPresent(text -> kept.setProperty(setting, text)));
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(file)) {
                kept.store(out, "Passwords of a migration by pika2redis");
            }
        } catch (IOException e) {
            throw new Failed("the passwords cannot be written to " + file + " (" + e + "): make the folder writable");
        }
        return kept.stringPropertyNames().stream()
                .collect(Collectors.toMap(setting -> setting, setting -> "${file:" + file + ":" + setting + "}"));
    }

    /** Gives the folder to the next process. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // with the process it is free
        }
    }
}
