package io.evenkeel.wire.http2;

/**
 * What one end of a connection accepts. Sizes in bytes.
 *
 * @param concurrentStreams streams that the peer may have open, 1 to 100,000
 * @param streamWindow what a peer may send on a stream before it is consumed, 65,535 to 2^31 - 1
 * @param connectionWindow the same over all streams, 65,535 to 2^31 - 1
 * @param headerTable HPACK table that the peer may use, 4,096 to 65,536
 * @param headerList a head, decoded, 32 bytes a field included, 1,024 to 1 MiB. No name or value
 *     may be longer either
 * @param headerBlock a head as it is on the wire, 1,024 to 1 MiB
 * @param continuations CONTINUATION frames of one head, 0 or more
 * @param resets streams that the peer resets, or makes this end reset or refuse
 * @param chatter frames that carry nothing: SETTINGS, PING, PRIORITY, unknown ones, DATA without
 *     octets, frames for streams that were reset, WINDOW_UPDATE beyond what was sent
 * @param answers answers to the peer that may wait to be written, 1,024 or more
 * @param connectProtocol whether a server accepts the extended CONNECT of RFC 8441
 */
public record Http2Limits(
        int concurrentStreams,
        int streamWindow,
        int connectionWindow,
        int headerTable,
        int headerList,
        int headerBlock,
        int continuations,
        Rate resets,
        Rate chatter,
        int answers,
        boolean connectProtocol) {

    /**
     * How often something may happen.
     *
     * @param burst at once, 1 or more
     * @param perSecond in the long run, 1 to 1,000,000
     */
    public record Rate(int burst, int perSecond) {
        public Rate {
            check("burst", burst, 1, Integer.MAX_VALUE);
            check("perSecond", perSecond, 1, 1_000_000);
        }
    }

    /** For a link: generous to a gateway with thousands of clients, a wall to a flood. */
    public static final Http2Limits DEFAULT =
            new Http2Limits(
                    1_000,
                    256 * 1024,
                    1024 * 1024,
                    4_096,
                    32 * 1024,
                    32 * 1024,
                    8,
                    new Rate(1_000, 100),
                    new Rate(1_000, 200),
                    64 * 1024,
                    false);

    public Http2Limits {
        check("concurrentStreams", concurrentStreams, 1, 100_000);
        check("streamWindow", streamWindow, Frames.DEFAULT_WINDOW, Integer.MAX_VALUE);
        check("connectionWindow", connectionWindow, Frames.DEFAULT_WINDOW, Integer.MAX_VALUE);
        check("headerTable", headerTable, 4_096, 65_536);
        check("headerList", headerList, 1_024, 1 << 20);
        check("headerBlock", headerBlock, 1_024, 1 << 20);
        check("continuations", continuations, 0, Integer.MAX_VALUE);
        check("answers", answers, 1_024, Integer.MAX_VALUE);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }
}
