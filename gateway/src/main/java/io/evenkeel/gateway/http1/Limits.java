package io.evenkeel.gateway.http1;

/**
 * The largest message parts a peer may send. Immutable; shared by every connection.
 *
 * @param headBytes a whole head, start line to empty line: 64 to 1 MiB; beyond it {@link
 *     Rejection#HEAD_TOO_LARGE}
 * @param requestLineBytes the request line with its CRLF: 16 to {@code headBytes}; beyond it {@link
 *     Rejection#URI_TOO_LONG}
 * @param headers header lines of a head: 1 to 10,000; beyond it {@link Rejection#TOO_MANY_HEADERS}
 * @param chunkLineBytes one chunk-size line with its extensions and CRLF: 18 to 64 KiB
 * @param chunkExtensionBytes extensions of all chunks of one body together: 0 rejects every
 *     extension
 * @param trailerBytes the trailer section: 2 to 1 MiB
 */
public record Limits(
        int headBytes,
        int requestLineBytes,
        int headers,
        int chunkLineBytes,
        int chunkExtensionBytes,
        int trailerBytes) {

    /** 16 KiB of head, 8 KiB of request line, 100 headers: what most servers behind accept. */
    public static final Limits DEFAULT = new Limits(16 << 10, 8 << 10, 100, 256, 16 << 10, 8 << 10);

    public Limits {
        within("headBytes", headBytes, 64, 1 << 20);
        within("requestLineBytes", requestLineBytes, 16, headBytes);
        within("headers", headers, 1, 10_000);
        within("chunkLineBytes", chunkLineBytes, 18, 64 << 10);
        within("chunkExtensionBytes", chunkExtensionBytes, 0, 1 << 20);
        within("trailerBytes", trailerBytes, 2, 1 << 20);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
