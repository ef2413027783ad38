package io.evenkeel.gateway.observe;

import io.evenkeel.gateway.http1.Method;
import io.evenkeel.kernel.observe.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One row of a {@link RecordRing}: how it is laid out, and a reader's own copy. */
final class RecordRow {
    static final int SEQUENCE = 0;
    static final int STARTED = 1;
    static final int EPOCH = 2;
    static final int SCORE = 3;
    static final int PLACE = 4;
    static final int PACKED = 5;
    static final int REQUEST_BYTES = 6;
    static final int RESPONSE_BYTES = 7;
    static final int HEAD = 8;
    static final int PICK = 9;
    static final int SENT = 10;
    static final int FIRST_BYTE = 11;
    static final int END = 12;
    static final int NUMBERS = 13;

    static final int REFERENCES = 3;

    static final int TARGET_BYTES = 80;
    static final int FOREIGN_BYTES = 40;
    static final int TEXT_BYTES = TARGET_BYTES + FOREIGN_BYTES;

    private static final long PANIC = 1L << 56;

    private static final Method[] METHODS = Method.values();

    private final long[] numbers = new long[NUMBERS];
    private final @Nullable Object[] references = new @Nullable Object[REFERENCES];
    private final byte[] text = new byte[TEXT_BYTES];

    @SuppressWarnings("EnumOrdinal") // never leaves the process
    static long pack(
            int status,
            TerminationReason reason,
            Method method,
            int attempts,
            int targetLength,
            int foreignLength,
            boolean panic) {
        return status
                | (long) reason.index() << 16
                | (long) method.ordinal() << 24
                | (long) attempts << 32
                | (long) targetLength << 40
                | (long) foreignLength << 48
                | (panic ? PANIC : 0);
    }

    void copy(RecordRing.Segment from, int row) {
        System.arraycopy(from.numbers, row * NUMBERS, numbers, 0, NUMBERS);
        System.arraycopy(from.references, row * REFERENCES, references, 0, REFERENCES);
        System.arraycopy(from.texts, row * TEXT_BYTES, text, 0, TEXT_BYTES);
    }

    long sequence() {
        return numbers[SEQUENCE];
    }

    long startedNanos() {
        return numbers[STARTED];
    }

    long endMicros() {
        return numbers[END];
    }

    private int packed(int shift, int mask) {
        return (int) (numbers[PACKED] >>> shift) & mask;
    }

    boolean foreign(byte[] id) {
        int length = packed(48, 0xff);
        return length > 0
                && Arrays.equals(
                        text,
                        TARGET_BYTES,
                        TARGET_BYTES + length,
                        id,
                        0,
                        Math.min(id.length, FOREIGN_BYTES));
    }

    RequestRecord record(String id, int loop) {
        TerminationReason reason = TerminationReason.of(packed(16, 0xff));
        ServiceMeter service = (ServiceMeter) references[0];
        EndpointMeter endpoint = (EndpointMeter) references[1];
        byte[] client = (byte[]) references[2];
        return new RequestRecord(
                id,
                text(TARGET_BYTES, packed(48, 0xff)),
                loop,
                Instant.ofEpochSecond(0, numbers[STARTED]),
                client == null ? "" : new String(client, StandardCharsets.US_ASCII),
                METHODS[packed(24, 0xff)].name(),
                text(0, packed(40, 0xff)),
                service == null ? "" : service.tenant(),
                service == null ? "" : service.service(),
                endpoint == null ? "" : endpoint.endpoint(),
                numbers[EPOCH],
                packed(32, 0xff),
                numbers[SCORE],
                (int) numbers[PLACE],
                (numbers[PACKED] & PANIC) != 0,
                packed(0, 0xffff),
                reason.who().label(),
                reason.phase().label(),
                reason.label(),
                numbers[REQUEST_BYTES],
                numbers[RESPONSE_BYTES],
                numbers[HEAD],
                numbers[PICK],
                numbers[SENT],
                numbers[FIRST_BYTE],
                numbers[END]);
    }

    private String text(int from, int length) {
        return new String(text, from, length, StandardCharsets.ISO_8859_1);
    }
}
