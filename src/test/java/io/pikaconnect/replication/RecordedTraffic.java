package io.pikaconnect.replication;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One side of a recorded connection: {@code [8 bytes of time][1 byte: 0 from the replica, 1 from the master][4-byte
 * big-endian length][bytes]} a read.
 */
public record RecordedTraffic(List<byte[]> reads) {

    public static final int FROM_REPLICA = 0;
    public static final int FROM_MASTER = 1;

    public static RecordedTraffic load(Path file, int side) throws IOException {
        List<byte[]> reads = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (true) {
                in.readLong();
                int from = in.readByte();
                byte[] bytes = in.readNBytes(in.readInt());
                if (from == side) {
                    reads.add(bytes);
                }
            }
        } catch (EOFException e) {
            return new RecordedTraffic(reads);
        }
    }

    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        reads.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** The messages of all frames; there must be nothing left over. */
    public List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes());
        while (in.hasRemaining()) {
            byte[] frame = new byte[in.getInt()];
            in.get(frame);
            frames.add(frame);
        }
        return frames;
    }
}
