package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Value;
import java.nio.ByteBuffer;

/** An entry as the bytes under its key: four numbers, then the value. */
final class EntryCodec {
    private static final int HEAD_BYTES = 4 * Long.BYTES;

    private EntryCodec() {}

    static byte[] encode(Entry entry) {
        byte[] value = entry.value().toBytes();
        return ByteBuffer.allocate(HEAD_BYTES + value.length)
                .putLong(entry.createRevision())
                .putLong(entry.modRevision())
                .putLong(entry.version())
                .putLong(entry.leaseId())
                .put(value)
                .array();
    }

    static Entry decode(String key, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long create = in.getLong();
        long mod = in.getLong();
        long version = in.getLong();
        long lease = in.getLong();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Entry(key, Value.of(value), create, mod, version, lease);
    }

    static byte[] encode(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long decodeNumber(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
