package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Follows a body in the chunked coding (RFC 9112 section 7.1) without touching it: says how many
 * bytes belong to it, which of them are data, and when it ends. Extensions are checked and bounded,
 * trailers are held to the rules for header lines, and those that would frame, route or
 * authenticate are refused (RFC 9110 section 6.5.1). Reusable; not thread-safe.
 *
 * <p>Whoever passes the body on as it is calls {@link #advance}; whoever takes the coding off calls
 * {@link #step} and keeps what {@link #data} says is data.
 */
public final class ChunkedDecoder {
    private static final int SIZE_FIRST = 0;
    private static final int SIZE = 1;
    private static final int SIZE_LF = 2;
    private static final int DATA = 3;
    private static final int DATA_CR = 4;
    private static final int DATA_LF = 5;
    private static final int TRAILERS = 6;
    private static final int DONE = 7;
    private static final int REJECTED = 8;
    private static final int EXTENSION = 9;

    /** A size from here on would pass 2^60 with one more digit. */
    private static final long LARGEST_PREFIX = 1L << 56;

    private static final int MOST_DIGITS = 16;

    private final ChunkExtensions extensions = new ChunkExtensions();
    private final TrailerSection trailers = new TrailerSection();
    private int state;
    private long remaining;
    private long dataBytes;
    private int lineBytes;
    private int extensionBytes;
    private int code;
    private boolean data;

    /** Forgets the body, for the next one. */
    public void reset() {
        state = SIZE_FIRST;
        remaining = 0;
        dataBytes = 0;
        lineBytes = 0;
        extensionBytes = 0;
        code = 0;
        data = false;
        extensions.reset();
        trailers.reset();
    }

    /**
     * Goes over as much of {@code [from, to)} as belongs to the body.
     *
     * @return the first position behind it: {@code to} while the body may go on; or a negative code
     *     for {@link Rejection#of}
     */
    public int advance(ByteBuffer buffer, int from, int to, Limits limits) {
        int at = from;
        while (at < to && state != DONE) {
            at = step(buffer, at, to, limits);
            if (at < 0) {
                return at;
            }
        }
        return at;
    }

    /**
     * Goes over one run of {@code [from, to)}: bytes that are all data or all coding ({@link
     * #data}).
     *
     * @return the run's end, greater than {@code from} unless the body is {@link #done} or there is
     *     nothing to read; or a negative code for {@link Rejection#of}
     */
    public int step(ByteBuffer buffer, int from, int to, Limits limits) {
        data = false;
        if (state == REJECTED) {
            return code;
        }
        int at = from;
        while (at < to) {
            switch (state) {
                case DATA -> {
                    if (at > from) {
                        return at;
                    }
                    int run = (int) Math.min(remaining, to - at);
                    remaining -= run;
                    dataBytes += run;
                    data = true;
                    if (remaining == 0) {
                        state = DATA_CR;
                    }
                    return at + run;
                }
                case TRAILERS -> {
                    at = trailers.advance(buffer, at, to, limits);
                    if (at < 0) {
                        state = REJECTED;
                        code = at;
                        return at;
                    }
                    if (trailers.done()) {
                        state = DONE;
                        return at;
                    }
                }
                case DONE -> {
                    return at;
                }
                default -> {
                    Rejection bad = coding(buffer.get(at) & 0xff, limits);
                    if (bad != null) {
                        state = REJECTED;
                        code = bad.code();
                        return code;
                    }
                    at++;
                }
            }
        }
        return at;
    }

    private @Nullable Rejection coding(int c, Limits limits) {
        return switch (state) {
            case SIZE_FIRST, SIZE -> size(c, limits);
            case EXTENSION -> extension(c, limits);
            case SIZE_LF -> {
                if (c != '\n') {
                    yield Rejection.BARE_CR;
                }
                if (!extensions.complete()) {
                    yield Rejection.BAD_CHUNK_EXTENSION;
                }
                state = remaining == 0 ? TRAILERS : DATA;
                yield null;
            }
            case DATA_CR -> {
                state = DATA_LF;
                yield Rejection.BAD_CHUNK_END.unless(c == '\r');
            }
            case DATA_LF -> {
                state = SIZE_FIRST;
                lineBytes = 0;
                extensions.reset();
                yield Rejection.BAD_CHUNK_END.unless(c == '\n');
            }
            default -> throw new IllegalStateException("state " + state);
        };
    }

    private @Nullable Rejection size(int c, Limits limits) {
        if (++lineBytes > limits.chunkLineBytes()) {
            return Rejection.CHUNK_LINE_TOO_LONG;
        }
        int digit = CharClass.hex(c);
        if (digit >= 0) {
            state = SIZE;
            if (remaining >= LARGEST_PREFIX || lineBytes > MOST_DIGITS) {
                return Rejection.BAD_CHUNK_SIZE;
            }
            remaining = remaining << 4 | digit;
            return null;
        }
        if (state == SIZE_FIRST) {
            return Rejection.BAD_CHUNK_SIZE;
        }
        if (c == '\r') {
            state = SIZE_LF;
            return null;
        }
        if (c == ';') {
            state = EXTENSION;
            return extension(c, limits);
        }
        return c == '\n' ? Rejection.BARE_LF : Rejection.BAD_CHUNK_SIZE;
    }

    private @Nullable Rejection extension(int c, Limits limits) {
        if (c == '\r') {
            state = SIZE_LF;
            return null;
        }
        if (c == '\n') {
            return Rejection.BARE_LF;
        }
        if (++lineBytes > limits.chunkLineBytes()
                || ++extensionBytes > limits.chunkExtensionBytes()) {
            return Rejection.CHUNK_LINE_TOO_LONG;
        }
        return extensions.accept(c) ? null : Rejection.BAD_CHUNK_EXTENSION;
    }

    /** Returns whether the run of the last {@link #step} is data of the body. */
    public boolean data() {
        return data;
    }

    /** Returns whether the body, trailers included, is over. */
    public boolean done() {
        return state == DONE;
    }

    /** Returns the bytes of data so far, without the coding. */
    public long dataBytes() {
        return dataBytes;
    }

    /** Returns how many bytes of data are sure to follow before the next chunk line. */
    public long remainingInChunk() {
        return state == DATA ? remaining : 0;
    }
}
