package io.pikaconnect.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One push of a dump to a replica as masters before 3.5 make it, with the real rsync (replication-protocol 5.1, 5.2): every
 * entry of the dump up to the first that fails; the type directories once more with --delete, in any case; a connection
 * that carries nothing; and {@code info}, if no entry failed.
 */
public final class RsyncPush {

    private static final List<String> TYPES = List.of("strings", "hashes", "lists", "sets", "zsets");
    private static final int CONNECT_MILLIS = 1_500;

    private final Path dump;
    private final String host;
    private final int port;
    private final String unit;
    private final String password;
    private final int kilobytesPerSecond;
    /** Guarded by this. */
    private Optional<Process> running = Optional.empty();

    /**
     * @param port the replica's announced port + 1000
     * @param unit path of the db, such as {@code db0}
     * @param password the master's requirepass, if it has one
     * @param kilobytesPerSecond of the entries, as db-sync-speed limits them
     */
    public RsyncPush(Path dump, String host, int port, String unit, Optional<String> password, int kilobytesPerSecond) {
        this.dump = dump;
        this.host = host;
        this.port = port;
        this.unit = unit;
        this.password = password.orElse("default");
        this.kilobytesPerSecond = kilobytesPerSecond;
    }

    /** Pushes; returns whether everything arrived, which a real master does not report. */
    public boolean run() throws IOException, InterruptedException {
        Path secret = Files.createTempFile(
                "push", ".secret", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(secret, password);
            return run(secret);
        } finally {
            Files.deleteIfExists(secret);
        }
    }

    private boolean run(Path secret) throws IOException, InterruptedException {
        List<String> slow = List.of("--bwlimit=" + kilobytesPerSecond);
        boolean whole = true;
        for (String entry : entries()) {
            String directory = Files.isDirectory(dump.resolve(entry)) ? "/" : "";
            whole = whole && send(slow, secret, entry + directory, entry + "/");
        }
        for (String type : TYPES) {
            send(List.of("--delete"), secret, type + "/", type + "/");
        }
        try (Socket bare = new Socket()) {
            bare.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
        } catch (IOException e) {
            return false; // the replica is not there
        }
        return whole && send(slow, secret, "info", "info");
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> all = Files.list(dump)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(name -> !name.equals("info"))
                    .toList();
        }
    }

    private boolean send(List<String> options, Path secret, String source, String destination)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("rsync", "-avP"));
        command.addAll(options);
        command.add("--password-file=" + secret);
        command.add("--port=" + port);
        command.add(dump.resolve(source) + (source.endsWith("/") ? "/" : ""));
        command.add("rsync_user@" + host + "::document/" + unit + "/" + destination);
        Process rsync = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        synchronized (this) {
            running = Optional.of(rsync);
        }
        return rsync.waitFor() == 0;
    }

    /** Stops the transfer that is under way without ending it, as when the master hangs. */
    public synchronized void freeze() throws IOException {
        if (running.isPresent()) {
            // the shell's own: not every machine has a program of that name
            new ProcessBuilder("sh", "-c", "kill -STOP " + running.get().pid()).start();
        }
    }

    /** Kills the transfer that is under way. */
    public synchronized void cut() {
        running.ifPresent(Process::destroyForcibly);
    }
}
