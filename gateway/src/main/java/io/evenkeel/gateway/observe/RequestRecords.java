package io.evenkeel.gateway.observe;

import io.evenkeel.kernel.observe.RequestLookup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The last requests of one loop: the last 65,536, and among 8,192 failed ones those of the last ten
 * minutes. Written by the loop at each request's end, read by any thread.
 */
final class RequestRecords {
    static final int ROWS = 65_536;
    static final int FAILED_ROWS = 8_192;
    static final Duration FAILED_KEPT = Duration.ofMinutes(10);

    private final int loop;
    private final RequestIds ids;
    private final RecordRing all;
    private final RecordRing failed;
    private final CounterCells issued = new CounterCells(1);
    private int nextFailed;

    RequestRecords(int loop, RequestIds ids) {
        this(loop, ids, ROWS, FAILED_ROWS);
    }

    RequestRecords(int loop, RequestIds ids, int rows, int failedRows) {
        this.loop = loop;
        this.ids = ids;
        this.all = new RecordRing(rows);
        this.failed = new RecordRing(failedRows);
    }

    /** Starts a request: gives it the next number and its id. The loop only. */
    void begin(RequestTrace trace, long nowNanos) {
        long sequence = issued.sum(0);
        issued.add(0, 1);
        trace.begin(sequence, nowNanos);
        ids.spell(loop, sequence, trace.id);
    }

    /** Writes an ended request down. The loop only. */
    void write(RequestTrace trace, long startedWallNanos) {
        int row = (int) trace.sequence & (all.rows() - 1);
        // A request that outlived 65,535 others must not overwrite the younger one in its place.
        if (all.sequence(row) <= trace.sequence) {
            all.write(row, trace, startedWallNanos);
        }
        if (trace.reason.failure()) {
            failed.write(nextFailed, trace, startedWallNanos);
            nextFailed = (nextFailed + 1) & (failed.rows() - 1);
        }
    }

    /** Looks a request of this loop up by its number modulo 2^32. Any thread. */
    RequestLookup find(String id, long low, long nowWallNanos) {
        long next = issued.sum(0);
        long sequence = (next & ~0xffff_ffffL) | low;
        if (sequence >= next) {
            sequence -= 1L << 32;
        }
        if (sequence < 0) {
            return new RequestLookup.Unknown(id);
        }
        RecordRow row = new RecordRow();
        boolean held = all.read((int) sequence & (all.rows() - 1), row);
        if (held && row.sequence() == sequence) {
            return new RequestLookup.Held(row.record(id, loop));
        }
        boolean overwritten = held && row.sequence() > sequence;
        for (int i = 0; i < failed.rows(); i++) {
            if (failed.read(i, row) && row.sequence() == sequence && fresh(row, nowWallNanos)) {
                return new RequestLookup.Held(row.record(id, loop));
            }
        }
        return overwritten ? new RequestLookup.NoLongerHeld(id) : new RequestLookup.Running(id);
    }

    private static boolean fresh(RecordRow row, long nowWallNanos) {
        long ended = row.startedNanos() + row.endMicros() * 1000;
        return nowWallNanos - ended <= FAILED_KEPT.toNanos();
    }

    /** Looks for the youngest request with this X-Request-Id of a trusted source. Any thread. */
    @Nullable RequestLookup findForeign(String foreignId, long nowWallNanos) {
        byte[] wanted = foreignId.getBytes(StandardCharsets.ISO_8859_1);
        RecordRow row = new RecordRow();
        RequestLookup best = null;
        long bestSequence = -1;
        for (RecordRing ring : new RecordRing[] {all, failed}) {
            for (int i = 0; i < ring.rows(); i++) {
                if (ring.read(i, row)
                        && row.sequence() > bestSequence
                        && row.foreign(wanted)
                        && (ring == all || fresh(row, nowWallNanos))) {
                    bestSequence = row.sequence();
                    best = new RequestLookup.Held(row.record(id(bestSequence), loop));
                }
            }
        }
        return best;
    }

    private String id(long sequence) {
        byte[] id = new byte[RequestIds.BYTES];
        ids.spell(loop, sequence, id);
        return new String(id, StandardCharsets.US_ASCII);
    }
}
