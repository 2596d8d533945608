package io.pikaconnect.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The dump of one db that a stand-in master has, or is making. On the master's event loop only. */
interface ServedDump {

    /** To be called for a DBSync: makes a dump, unless there is a recent enough one (replication-protocol 6.2). */
    void request(long filenum);

    /** A dump is there and complete. */
    boolean exists();

    /** Whether none is being made. */
    boolean isReady();

    /** How often one was made. */
    int made();

    /** Names of its files as a master lists them, {@code info} at the end. */
    List<String> fileNames() throws IOException;

    Path path(String name);

    /** MD5 of {@code info}. */
    default String uuid() throws IOException {
        try {
            byte[] info = Files.readAllBytes(path("info"));
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(info));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
