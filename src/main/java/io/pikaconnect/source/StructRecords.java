package io.pikaconnect.source;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Resp;
import io.pikaconnect.struct.RecordSchema;
import io.pikaconnect.struct.StructEncoder;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * {@code record.format=struct}: the records of a poll with structs in place of their raw values; all else stays, so that it
 * does not matter in which format a record is sent again.
 */
final class StructRecords {

    /** What JSON has of a record beside its commands, the schema included. */
    private static final int BESIDE = 6_000;

    private final String db;

    StructRecords(String db) {
        this.db = db;
    }

    /**
     * How many bytes a raw record may have so that its struct has at most {@code recordMaxBytes} as JSON, which is the
     * largest of the usual forms: bytes grow by a third in Base64, short fields of a hash to more than twice.
     */
    static int rawBytes(int recordMaxBytes) {
        return (recordMaxBytes - BESIDE) / 5 * 2;
    }

    /** The least {@code record.max.bytes} with which raw records may have so many bytes. */
    static long recordMaxBytes(long rawBytes) {
        return (rawBytes + 1) / 2 * 5 + BESIDE;
    }

    /** Ticks stay records without a value. */
    void replaceIn(List<SourceRecord> records) {
        records.replaceAll(record -> struct((PikaSourceRecord) record));
    }

    private PikaSourceRecord struct(PikaSourceRecord record) {
        if (record.value() == null) {
            return record.withValue(null, null);
        }
        ChangeHeader header = ChangeHeader.parse(text(record, ChangeHeader.NAME).orElseThrow());
        return record.withValue(
                RecordSchema.RECORD,
                StructEncoder.record(
                        header,
                        text(record, Barrier.NAME).map(Barrier::parse),
                        db,
                        (byte[]) record.key(),
                        Resp.view((byte[]) record.value())));
    }

    private static Optional<String> text(SourceRecord record, String name) {
        return Optional.ofNullable(record.headers().lastWithName(name))
                .map(Header::value)
                .map(Object::toString);
    }
}
