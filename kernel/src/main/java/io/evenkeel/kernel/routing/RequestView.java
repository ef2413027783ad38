package io.evenkeel.kernel.routing;

/**
 * A request's head as the router reads it: bytes in place, named by spans. A span is an offset and
 * a length packed into a long, so that nothing is allocated; {@link #NONE} says that there is none.
 */
public interface RequestView {
    /** No such part. */
    long NONE = -1;

    /** The authority: Host, or that of an absolute request target; a port may follow. */
    long host();

    /** The path of the target, from its first slash, without query. */
    long path();

    /**
     * The value, without surrounding blanks, of a header's field line.
     *
     * @param lowerCaseName the name in lower case ASCII; the header's own case doesn't matter
     * @param occurrence 0 for the first line of that name
     */
    long header(byte[] lowerCaseName, int occurrence);

    /** The byte at an offset that lies in one of the spans. */
    byte at(int offset);

    /** Packs a span. */
    static long span(int offset, int length) {
        return ((long) offset << 32) | length;
    }

    /** Where a span begins. */
    static int offset(long span) {
        return (int) (span >> 32);
    }

    /** How many bytes a span has. */
    static int length(long span) {
        return (int) span;
    }
}
