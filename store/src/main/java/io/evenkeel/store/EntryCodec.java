package io.evenkeel.store;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Value;
import java.nio.ByteBuffer;

/** An entry as the bytes under its key: four numbers, then the value. Stateless. */
public final class EntryCodec {
    private static final int HEAD_BYTES = 4 * Long.BYTES;

    private EntryCodec() {}

    /** The bytes of an entry, without its key. */
    public static byte[] encode(Entry entry) {
        byte[] value = entry.value().toBytes();
        return ByteBuffer.allocate(HEAD_BYTES + value.length)
                .putLong(entry.createRevision())
                .putLong(entry.modRevision())
                .putLong(entry.version())
                .putLong(entry.leaseId())
                .put(value)
                .array();
    }

    /**
     * The entry.
     *
     * @throws java.nio.BufferUnderflowException if these are not the bytes of one
     */
    public static Entry decode(String key, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long create = in.getLong();
        long mod = in.getLong();
        long version = in.getLong();
        long lease = in.getLong();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Entry(key, Value.of(value), create, mod, version, lease);
    }

    /** The bytes of a number. */
    public static byte[] encode(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** The number. */
    public static long decodeNumber(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
