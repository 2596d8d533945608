package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.binlog.TranslationPolicy;
import io.pikaconnect.binlog.Translator;
import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Change;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the recordings of real masters become is the same, byte for byte, as long as {@link Translator#REVISION} is: a
 * restarted task must make the same records as the release before it. The file named after the revision holds digests
 * of it.
 *
 * <p>Where something else is meant to come out, raise the revision and run this test with {@code -Drevision.write=true},
 * which writes the file of the new one. A release refuses to go on with epochs of revisions that it does not know.
 */
class RevisionTest {

    private static final List<String> RECORDINGS = List.of("3.2.0", "3.3.6", "3.3.6-spop", "3.5.5", "4.0.1");
    private static final Path FOLDER = Path.of("src/test/resources/revisions");
    private static final Path FILE = FOLDER.resolve(Translator.REVISION + ".txt");
    private static final int RECORDS_IN_A_LINE = 50;
    private static final long EPOCH = 1_795_337_869_000L;

    /** Small, so that values are staged, commands and items cut. */
    private static final int RECORD_MAX_BYTES = 3_000;

    private static final int CHUNK_ELEMENTS = 7;
    private static final TranslationPolicy LENIENT = new TranslationPolicy(false, false, false);
    private static final int PARTITIONS = 4;

    @TempDir
    Path temporary;

    @Test
    void whatIsEmittedIsWhatItsRevisionPromises() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String name : RECORDINGS) {
            Recording recording = Recording.ofVersion(name);
            BinlogDialect masters = BinlogDialect.of(PikaVersion.parse(name.replace("-spop", "")));
            lines.addAll(records(name, recording, masters));
            for (BinlogDialect group : BinlogDialect.values()) {
                lines.add(translation(name, recording, group));
            }
        }
        Recording old = LargeRecording.ofOldMaster(temporary.resolve("old"));
        lines.addAll(records("large-old", old, BinlogDialect.PIKA_3_3_6));
        Recording latest = LargeRecording.ofNewMaster(temporary.resolve("new"));
        lines.addAll(records("large-new", latest, BinlogDialect.PIKA_4_0_1));
        if (Boolean.getBoolean("revision.write") && !Files.exists(FILE)) {
            Files.createDirectories(FOLDER);
            Files.write(FILE, lines);
        }
        assertThat(lines)
                .as("records of revision %d as in %s; see this class for what to do", Translator.REVISION, FILE)
                .isEqualTo(Files.readAllLines(FILE));
    }

    /** All records of a recording in the form that its master's version logs. */
    private List<String> records(String name, Recording recording, BinlogDialect group) throws Exception {
        EpochSettings epochSettings =
                new EpochSettings("t.db0", PARTITIONS, RECORD_MAX_BYTES, CHUNK_ELEMENTS, group, Translator.REVISION);
        PollBuffer buffer = new PollBuffer(
                Map.of(),
                Written.begin(EPOCH, recording.position(), epochSettings, "", EPOCH),
                PollLimit.DEFAULT,
                Written.WRITER,
                TaskClock.SYSTEM);
        Digests digests = new Digests(name);
        buffer.epochBarrier();
        try (SnapshotReader reader = SnapshotReader.open(
                copy(recording.dump()),
                epochSettings.snapshotOptions(Instant.ofEpochMilli(EPOCH), false, false, Wanted.ALL),
                SnapshotCursor.START,
                new DiscardCounts())) {
            for (Optional<SnapshotChunk> c = reader.next(); c.isPresent(); c = reader.next()) {
                put(SourceEvent.of(c.get(), buffer.offset()), buffer, digests);
            }
        }
        buffer.snapshotEnds();
        Translator translator = new Translator(group, LENIENT, new DiscardCounts());
        for (BinlogItem item : recording.items()) {
            put(SourceEvent.of(item, translator, buffer.offset()), buffer, digests);
        }
        digests.end();
        assertThat(digests.lines).hasSizeGreaterThan(20);
        return digests.lines;
    }

    private static void put(SourceEvent event, PollBuffer buffer, Digests digests) {
        boolean complete;
        do {
            complete = buffer.put(event);
            buffer.seal(new InFlight(end -> {}, System::nanoTime)).records().forEach(digests::add);
        } while (!complete);
    }

    /** All items of a recording as if a master of that group had written them. */
    private static String translation(String name, Recording recording, BinlogDialect group) throws IOException {
        Translator translator = new Translator(group, LENIENT, new DiscardCounts());
        MessageDigest digest = sha256();
        int untranslatable = 0;
        try (DataOutputStream out = into(digest)) {
            for (BinlogItem item : recording.items()) {
                try {
                    for (Change change : translator.translate(item)) {
                        out.writeUTF(change.getClass().getSimpleName());
                        if (change instanceof Change.OnKeys onKeys) {
                            for (byte[] key : onKeys.keys()) {
                                write(out, key);
                            }
                        }
                        write(out, Resp.encode(change.commands()));
                    }
                } catch (UntranslatableException e) {
                    untranslatable++;
                }
                out.writeInt(-2);
            }
        }
        return name + " as " + group + ", " + untranslatable + " untranslatable " + shortHex(digest);
    }

    private Path copy(Path dump) throws IOException {
        Path to = Files.createTempDirectory(temporary, "dump");
        try (Stream<Path> files = Files.walk(dump)) {
            for (Path file : files.filter(f -> !f.equals(dump)).toList()) {
                Files.copy(file, to.resolve(dump.relativize(file).toString()));
            }
        }
        return to;
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        out.write(bytes == null ? new byte[0] : bytes);
    }

    private static DataOutputStream into(MessageDigest digest) {
        return new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String shortHex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** A line for so many records: the last one's header, and a digest of all of them. */
    private static final class Digests {

        private final String recording;
        private final List<String> lines = new ArrayList<>();
        private final MessageDigest digest = sha256();
        private int records;
        private String last = "";

        Digests(String recording) {
            this.recording = recording;
        }

        void add(SourceRecord r) {
            last = text(r, ChangeHeader.NAME);
            try (DataOutputStream out = into(digest)) {
                out.writeInt(r.kafkaPartition());
                write(out, last.getBytes(StandardCharsets.UTF_8));
                write(out, text(r, Barrier.NAME).getBytes(StandardCharsets.UTF_8));
                write(out, (byte[]) r.key());
                write(out, (byte[]) r.value());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (++records == RECORDS_IN_A_LINE) {
                end();
            }
        }

        void end() {
            if (records > 0) {
                lines.add(recording + " " + last.replace("e" + EPOCH + "/", "") + " " + shortHex(digest));
                records = 0;
            }
        }

        private static String text(SourceRecord r, String header) {
            Header found = r.headers().lastWithName(header);
            return found == null ? "" : found.value().toString();
        }
    }
}
