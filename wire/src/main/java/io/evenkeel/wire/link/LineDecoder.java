package io.evenkeel.wire.link;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a byte stream into lines, however it is cut into pieces. A line ends with LF; one CR
 * before it is dropped. It holds memory only while a line is incomplete, as thousands of idle links
 * share a process. Not thread-safe.
 */
public final class LineDecoder {
    private static final byte[] NONE = {};

    private final int longest;
    private byte[] part = NONE;
    private int size;
    private boolean tooLong;

    /** Accepts lines of at most {@code longestBytes}, line feed included. */
    public LineDecoder(int longestBytes) {
        this.longest = longestBytes;
    }

    /**
     * Takes bytes up to the end of the next line.
     *
     * @return the line without its end, or null if {@code in} was consumed without completing one,
     *     or {@link #tooLong()}
     */
    public byte @Nullable [] next(ByteBuffer in) {
        if (tooLong) {
            return null;
        }
        int start = in.position();
        int end = in.limit();
        // Never looks at more than could still be one line.
        int stop = (int) Math.min(end, (long) start + longest - size);
        for (int i = start; i < stop; i++) {
            if (in.get(i) == '\n') {
                keep(in, i - start);
                in.position(i + 1);
                return take();
            }
        }
        if (stop < end || size + (stop - start) >= longest) {
            tooLong = true;
            part = NONE;
            return null;
        }
        keep(in, stop - start);
        return null;
    }

    /** Whether a line was longer than allowed; the stream cannot be used further. */
    public boolean tooLong() {
        return tooLong;
    }

    private void keep(ByteBuffer in, int count) {
        if (count == 0) {
            return;
        }
        if (part.length - size < count) {
            part = Arrays.copyOf(part, Math.min(longest, Math.max(size + count, size * 2)));
        }
        in.get(part, size, count);
        size += count;
    }

    private byte[] take() {
        int length = size > 0 && part[size - 1] == '\r' ? size - 1 : size;
        byte[] line = Arrays.copyOf(part, length);
        part = NONE;
        size = 0;
        return line;
    }
}
