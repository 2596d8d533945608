package io.pikaconnect.fullsync;

import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of a dump, as listed by its master (replication-protocol 6.3, 6.4).
 *
 * @param uuid MD5 of the file {@code info}, in hex: identifies the dump
 * @param names {@code info}, and {@code directory/file} of everything else
 */
record FileList(String uuid, List<String> names) {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{32}");
    private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._-]{0,200}";
    private static final Pattern NAME = Pattern.compile(PART + "(/" + PART + ")?");

    /** A fingerprint of the names, independent of their order. */
    String fingerprint() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            names.stream().sorted().forEach(name -> hash.update((name + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @throws AttemptFailed if it is not the list of a dump
     * @throws ReplicationException REFUSED if a file of that name would be written elsewhere: names come from the
     *     network
     */
    static FileList of(Response meta) throws AttemptFailed, ReplicationException {
        List<String> names = List.copyOf(meta.getMetaResp().getFilenamesList());
        if (meta.getSnapshotUuid().isEmpty() || names.equals(List.of(InfoFile.NAME))) {
            throw new AttemptFailed("the master has no dump, although one was requested; its log (bgsave) has the"
                    + " reason, often that its dump-path has no space or cannot be written");
        }
        if (!UUID.matcher(meta.getSnapshotUuid()).matches()) {
            throw new AttemptFailed("the dump has the id '" + meta.getSnapshotUuid() + "', which is not an MD5");
        }
        for (String name : names) {
            if (!NAME.matcher(name).matches() || name.equals(Label.FILE)) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        "the master lists a file of the dump as '" + name
                                + "', which is not a valid name in a dump directory; is it really a Pika?");
            }
        }
        if (new HashSet<>(names).size() != names.size() || !names.contains(InfoFile.NAME)) {
            throw new AttemptFailed(
                    "the master's list of files has a name twice or lacks info; it has " + names.size() + " names");
        }
        return new FileList(meta.getSnapshotUuid(), names);
    }
}
