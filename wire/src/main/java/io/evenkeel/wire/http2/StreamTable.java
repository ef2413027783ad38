package io.evenkeel.wire.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection by id: open addressing with linear probing, and a stack of used
 * objects. Remembers the last streams that this end reset, as frames for them may still come.
 */
final class StreamTable {
    private @Nullable Http2Stream[] slots = new Http2Stream[16];
    private @Nullable Http2Stream[] spare = new Http2Stream[16];
    private final int[] resets;
    private int held;
    private int spares;
    private int counted;
    private int resetCount;

    /** Remembers {@code resetsKept} streams that were reset. */
    StreamTable(int resetsKept) {
        resets = new int[resetsKept];
    }

    /** Streams that are open in at least one direction. */
    int open() {
        return counted;
    }

    @Nullable Http2Stream find(int id) {
        for (int slot = slot(id); ; slot = next(slot)) {
            Http2Stream stream = slots[slot];
            if (stream == null || stream.id == id) {
                return stream;
            }
        }
    }

    Http2Stream add(int id, int sendWindow, int receiveWindow) {
        if (2 * (held + 1) > slots.length) {
            grow();
        }
        Http2Stream stream = spares > 0 ? spare[--spares] : null;
        if (stream == null) {
            stream = new Http2Stream();
        }
        stream.begin(id, sendWindow, receiveWindow);
        place(stream);
        held++;
        counted++;
        return stream;
    }

    /** No longer counts as open, whatever of it is still to be consumed. */
    void uncount(Http2Stream stream) {
        if (stream.counted) {
            stream.counted = false;
            counted--;
        }
    }

    void remove(Http2Stream stream) {
        uncount(stream);
        int hole = slot(stream.id);
        while (slots[hole] != stream) {
            hole = next(hole);
        }
        // Those behind that were pushed aside move up.
        for (int slot = next(hole); ; slot = next(slot)) {
            Http2Stream moved = slots[slot];
            if (moved == null) {
                break;
            }
            int wanted = slot(moved.id);
            int mask = slots.length - 1;
            if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
                slots[hole] = moved;
                hole = slot;
            }
        }
        slots[hole] = null;
        held--;
        stream.attachment = null;
        if (spares == spare.length) {
            spare = Arrays.copyOf(spare, 2 * spares);
        }
        spare[spares++] = stream;
    }

    /** This end reset the stream. */
    void rememberReset(int id) {
        resets[resetCount++ % resets.length] = id;
        if (resetCount == 2 * resets.length) {
            resetCount = resets.length;
        }
    }

    boolean wasReset(int id) {
        int known = Math.min(resetCount, resets.length);
        for (int i = 0; i < known; i++) {
            if (resets[i] == id) {
                return true;
            }
        }
        return false;
    }

    /** Ids of all streams that it holds, ascending. For rare events: allocates. */
    int[] ids() {
        int[] ids = new int[held];
        int count = 0;
        for (Http2Stream stream : slots) {
            if (stream != null) {
                ids[count++] = stream.id;
            }
        }
        Arrays.sort(ids);
        return ids;
    }

    private void grow() {
        @Nullable Http2Stream[] old = slots;
        slots = new Http2Stream[2 * old.length];
        for (Http2Stream stream : old) {
            if (stream != null) {
                place(stream);
            }
        }
    }

    private void place(Http2Stream stream) {
        int slot = slot(stream.id);
        while (slots[slot] != null) {
            slot = next(slot);
        }
        slots[slot] = stream;
    }

    private int slot(int id) {
        // Ids of one side are all odd or all even.
        return (id >>> 1) & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }
}
