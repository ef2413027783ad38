package io.evenkeel.host.ceph;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What came back from a notify, as the storage's daemon encodes it: a count and the
 * acknowledgements (client, cookie, length and octets of a payload), then a count and those that
 * did not answer (client, cookie); little-endian. Pure.
 *
 * @param acknowledged by these clients' numbers
 * @param silent these were listed and have not answered in time
 */
record NotifyReply(List<Long> acknowledged, List<Long> silent) {
    NotifyReply {
        acknowledged = List.copyOf(acknowledged);
        silent = List.copyOf(silent);
    }

    /**
     * Reads it; nothing at all stands for nobody.
     *
     * @throws IllegalArgumentException if it is not what we take it for
     */
    static NotifyReply read(byte[] bytes) {
        if (bytes.length == 0) {
            return new NotifyReply(List.of(), List.of());
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            List<Long> acknowledged = new ArrayList<>();
            for (int left = count(from, 20); left > 0; left--) {
                acknowledged.add(from.getLong());
                var _ = from.getLong();
                int length = from.getInt();
                if (length < 0 || length > from.remaining()) {
                    throw new IllegalArgumentException("a payload of " + length + " bytes");
                }
                from.position(from.position() + length);
            }
            List<Long> silent = new ArrayList<>();
            for (int left = count(from, 16); left > 0; left--) {
                silent.add(from.getLong());
                var _ = from.getLong();
            }
            if (from.hasRemaining()) {
                throw new IllegalArgumentException(from.remaining() + " bytes after its end");
            }
            return new NotifyReply(acknowledged, silent);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends early", e);
        }
    }

    private static int count(ByteBuffer from, int leastBytesEach) {
        int count = from.getInt();
        if (count < 0 || count > from.remaining() / leastBytesEach) {
            throw new IllegalArgumentException("a count of " + count);
        }
        return count;
    }
}
