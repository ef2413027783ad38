package io.evenkeel.gateway.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A ring of request records in arrays: one loop writes, anyone reads. Each row has a version, odd
 * while the row is being written; a reader copies the row and believes it only if the version was
 * even and is unchanged afterwards (a sequence lock, so that the writer never waits). Memory comes
 * in segments as the ring fills for the first time.
 */
final class RecordRing {
    /** Rows of one segment; a power of two. */
    private static final int SEGMENT_BITS = 11;

    private static final int SEGMENT_ROWS = 1 << SEGMENT_BITS;
    private static final VarHandle VERSION = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Segment[].class);

    private final @Nullable Segment[] segments;
    private final int rows;

    /**
     * @param rows a power of two
     */
    RecordRing(int rows) {
        if (Integer.bitCount(rows) != 1) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: a power of two)");
        }
        this.rows = rows;
        this.segments = new @Nullable Segment[Math.max(1, rows >>> SEGMENT_BITS)];
    }

    int rows() {
        return rows;
    }

    /** Writes a request into row {@code index}; the loop only. */
    void write(int index, RequestTrace trace, long wallNanos) {
        int place = index >>> SEGMENT_BITS;
        Segment segment = segments[place];
        if (segment == null) {
            segment = new Segment(Math.min(rows, SEGMENT_ROWS));
            SEGMENT.setRelease(segments, place, segment);
        }
        int row = index & (SEGMENT_ROWS - 1);
        int version = segment.versions[row];
        VERSION.setOpaque(segment.versions, row, version + 1);
        VarHandle.storeStoreFence();
        segment.fill(row, trace, wallNanos);
        VERSION.setRelease(segment.versions, row, version + 2);
    }

    /**
     * Copies row {@code index} into {@code into}. Returns false if it is empty or kept changing.
     */
    boolean read(int index, RecordRow into) {
        Segment segment = (Segment) SEGMENT.getAcquire(segments, index >>> SEGMENT_BITS);
        if (segment == null) {
            return false;
        }
        int row = index & (SEGMENT_ROWS - 1);
        for (int tries = 0; tries < 1000; tries++) {
            int before = (int) VERSION.getAcquire(segment.versions, row);
            if (before == 0) {
                return false;
            }
            if ((before & 1) == 0) {
                into.copy(segment, row);
                VarHandle.loadLoadFence();
                if ((int) VERSION.getOpaque(segment.versions, row) == before) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Returns the sequence number in row {@code index}, or -1; the loop only. */
    long sequence(int index) {
        Segment segment = segments[index >>> SEGMENT_BITS];
        if (segment == null) {
            return -1;
        }
        int row = index & (SEGMENT_ROWS - 1);
        return segment.versions[row] == 0
                ? -1
                : segment.numbers[row * RecordRow.NUMBERS + RecordRow.SEQUENCE];
    }

    /** The arrays of some rows. */
    static final class Segment {
        final int[] versions;
        final long[] numbers;
        final @Nullable Object[] references;
        final byte[] texts;

        Segment(int rows) {
            versions = new int[rows];
            numbers = new long[rows * RecordRow.NUMBERS];
            references = new @Nullable Object[rows * RecordRow.REFERENCES];
            texts = new byte[rows * RecordRow.TEXT_BYTES];
        }

        private void fill(int row, RequestTrace trace, long wallNanos) {
            int n = row * RecordRow.NUMBERS;
            int targetLength = Math.min(trace.targetLength, RecordRow.TARGET_BYTES);
            int foreignLength = Math.min(trace.foreignLength, RecordRow.FOREIGN_BYTES);
            numbers[n + RecordRow.SEQUENCE] = trace.sequence;
            numbers[n + RecordRow.STARTED] = wallNanos;
            numbers[n + RecordRow.EPOCH] = trace.epoch;
            numbers[n + RecordRow.SCORE] = trace.score;
            numbers[n + RecordRow.PLACE] = trace.place;
            numbers[n + RecordRow.PACKED] =
                    RecordRow.pack(
                            trace.status,
                            trace.reason,
                            trace.method,
                            Math.min(trace.attempts, 255),
                            targetLength,
                            foreignLength,
                            trace.panic);
            numbers[n + RecordRow.REQUEST_BYTES] = trace.requestBytes;
            numbers[n + RecordRow.RESPONSE_BYTES] = trace.responseBytes;
            numbers[n + RecordRow.HEAD] = trace.headMicros;
            numbers[n + RecordRow.PICK] = trace.pickMicros;
            numbers[n + RecordRow.SENT] = trace.sentMicros;
            numbers[n + RecordRow.FIRST_BYTE] = trace.firstByteMicros;
            numbers[n + RecordRow.END] = trace.endMicros;
            int r = row * RecordRow.REFERENCES;
            references[r] = trace.service;
            references[r + 1] = trace.endpoint;
            references[r + 2] = trace.client;
            int t = row * RecordRow.TEXT_BYTES;
            System.arraycopy(trace.target, 0, texts, t, targetLength);
            System.arraycopy(trace.foreignId, 0, texts, t + RecordRow.TARGET_BYTES, foreignLength);
        }
    }
}
