package io.pikaconnect.fullsync;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The stock rsync as the daemon that a master pushes to (replication-protocol 5.3), with a separate configuration:
 *
 * <pre>
 * &lt;home&gt;/rsyncd.conf
 * &lt;home&gt;/secrets               rsync_user and the master's password
 * &lt;home&gt;/log
 * &lt;home&gt;/document/db0/strings  the module; so are hashes, lists, sets, zsets
 * </pre>
 *
 * It never listens. As with a remote shell, {@code rsync --server --daemon} serves one connection on its standard input
 * and output and ends when they do; so nothing of it remains when our process has ended, in whatever way.
 */
final class RsyncDaemon {

    /** The directories of a dump. A master does not create missing parents. */
    static final List<String> TYPES = List.of("strings", "hashes", "lists", "sets", "zsets");

    /** The daemon's folder within a dump that is pushed. */
    static final String HOME = "rsync";

    /** Where the program is searched, in the form of the environment's PATH. */
    static final String SEARCH_PATH = Optional.ofNullable(System.getenv("PATH")).orElse("");

    private static final String CONFIGURATION = "rsyncd.conf";
    private static final String SECRETS = "secrets";
    private static final String LOG = "log";
    private static final String MODULE = "document";

    private static final String USER = "rsync_user";
    /** Stands for no password. */
    private static final String NO_PASSWORD = "default";

    private static final Set<String> KEPT_VARIABLES = Set.of("PATH", "LD_LIBRARY_PATH");
    private static final int ROOT = 0;
    private static final int LAST_WORDS = 3;

    private final Path program;
    private final Path home;
    private final Path received;

    private RsyncDaemon(Path program, Path home, String database) {
        this.program = program;
        this.home = home;
        received = home.resolve(MODULE).resolve(database);
    }

    /**
     * Finds the program rsync.
     *
     * @throws ReplicationException REFUSED if there is none
     */
    static Path find(String searchPath) throws ReplicationException {
        for (String folder : searchPath.split(Pattern.quote(File.pathSeparator))) {
            Path candidate = Path.of(folder).resolve("rsync");
            if (!folder.isEmpty() && Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                return candidate.toAbsolutePath(); // it is started in another directory
            }
        }
        throw new ReplicationException(
                Kind.REFUSED,
                "masters before 3.5 send their data with rsync, and this worker has no program rsync on its PATH ("
                        + searchPath + "); install the package rsync on every worker");
    }

    /**
     * Writes the configuration and the empty directories into {@code home}, which it creates.
     *
     * @param pushers the addresses that may push
     * @param password the master's requirepass; one line
     */
    static RsyncDaemon prepare(Path program, Path home, String database, Pushers pushers, Optional<String> password)
            throws IOException {
        RsyncDaemon daemon = new RsyncDaemon(program, OwnerOnly.directory(home), database);
        for (String type : TYPES) {
            OwnerOnly.directories(daemon.received.resolve(type));
        }
        OwnerOnly.write(home.resolve(LOG), "");
        OwnerOnly.write(home.resolve(SECRETS), USER + ":" + password.orElse(NO_PASSWORD) + "\n");
        OwnerOnly.write(home.resolve(CONFIGURATION), String.join("\n", daemon.settings(pushers)) + "\n");
        return daemon;
    }

    /** Has only fixed names, relative to the home, where the program is started: a path could contain a line end. */
    private List<String> settings(Pushers pushers) throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "use chroot = no",
                "log file = " + LOG,
                "reverse lookup = no",
                "[document]",
                "path = " + MODULE,
                "read only = no",
                "write only = yes",
                "list = no",
                "hosts allow = " + pushers,
                "auth users = " + USER,
                "secrets file = " + SECRETS,
                "strict modes = no",
                // Only our user may read and remove the dump, whatever the permissions at the master.
                "incoming chmod = Du+rwx,Dgo-rwx,Fu+rw,Fgo-rwx"));
        if (Files.getAttribute(home, "unix:uid").equals(ROOT)) {
            // Left alone, it would write as nobody.
            settings.addAll(List.of("uid = 0", "gid = 0"));
        }
        return settings;
    }

    /** Serves one connection: the process's standard input and output are the connection's. */
    Process serve(String peer) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(program.toString(), "--server", "--daemon", "--config=" + CONFIGURATION, ".");
        builder.directory(home.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(KEPT_VARIABLES); // rsync reads many variables
        environment.put("REMOTE_HOST", peer); // for hosts allow, and its log
        return builder.redirectError(
                        ProcessBuilder.Redirect.appendTo(home.resolve(LOG).toFile()))
                .start();
    }

    /** Where a dump is received: its directories, and {@code info} as the last. */
    Path received() {
        return received;
    }

    /** The last errors it logged, for an error message. */
    String lastErrors() {
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = Files.lines(home.resolve(LOG), StandardCharsets.ISO_8859_1)) {
            lines.map(line -> line.replaceFirst("^\\S+ \\S+ \\[\\d+] ", ""))
                    .filter(line -> line.contains("error") || line.contains("failed") || line.contains("denied"))
                    .forEach(line -> {
                        last.add(Escaped.text(line.getBytes(StandardCharsets.ISO_8859_1)));
                        if (last.size() > LAST_WORDS) {
                            last.remove();
                        }
                    });
            return String.join("; ", last);
        } catch (IOException | UncheckedIOException e) {
            return "no log: " + e.getMessage();
        }
    }
}
