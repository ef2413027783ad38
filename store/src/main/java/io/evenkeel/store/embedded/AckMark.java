package io.evenkeel.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;

/**
 * A small file beside the data that says up to which group of changes answers were given. MVStore
 * falls back in silence to its last whole version when the tail of its file is torn; this mark,
 * kept apart from that file, is how a fall below what was acknowledged is noticed.
 *
 * <p>Two slots with checksums, written in turn, so that a torn write leaves the other one. A mark
 * is written after the data is synced and before the answer is given. It is itself synced only
 * about once a second: a killed process leaves it exact, a power cut may leave it up to a second
 * old, and then losing that second to a lying disk would go unnoticed.
 */
final class AckMark implements AutoCloseable {
    /**
     * The mark.
     *
     * @param storeId of the store it speaks of
     * @param sequence number of the last acknowledged group
     * @param revision the store's revision then
     */
    record Mark(long storeId, long sequence, long revision) {}

    private static final int SLOT_BYTES = 32;

    private final FileChannel channel;
    private long writes;
    private boolean dirty;

    private AckMark(FileChannel channel) {
        this.channel = channel;
    }

    static AckMark open(String fileName) throws IOException {
        return new AckMark(FilePath.get(fileName).open("rw"));
    }

    /** The newest whole mark, null if there is none. */
    @Nullable Mark read() throws IOException {
        Mark newest = null;
        for (int slot = 0; slot < 2; slot++) {
            ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
            int at = slot * SLOT_BYTES;
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = channel.read(bytes, at + bytes.position());
            }
            Mark mark = bytes.hasRemaining() ? null : parse(bytes.flip());
            if (mark != null && (newest == null || mark.sequence() > newest.sequence())) {
                newest = mark;
                writes = slot + 1L; // the other slot is the next to be written
            }
        }
        return newest;
    }

    void write(Mark mark) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        bytes.putLong(mark.storeId()).putLong(mark.sequence()).putLong(mark.revision());
        bytes.putLong(checksum(bytes)).flip();
        long at = (writes++ % 2) * SLOT_BYTES;
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position());
        }
        dirty = true;
    }

    void sync() throws IOException {
        if (dirty) {
            channel.force(false);
            dirty = false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static @Nullable Mark parse(ByteBuffer bytes) {
        long sum = bytes.getLong(SLOT_BYTES - 8);
        return sum == checksum(bytes)
                ? new Mark(bytes.getLong(0), bytes.getLong(8), bytes.getLong(16))
                : null;
    }

    private static long checksum(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.slice(0, SLOT_BYTES - Long.BYTES));
        return crc.getValue() + 1; // never 0: an empty slot is not a mark
    }
}
