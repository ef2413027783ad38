package io.evenkeel.gateway.net;

/**
 * How to listen.
 *
 * @param backlog connections that may wait to be accepted; at least 1, cut to the kernel's limit
 * @param sharedPort whether several loops bind the same address and the kernel spreads connections
 *     over them (SO_REUSEPORT)
 */
public record ListenOptions(int backlog, boolean sharedPort) {
    /** A backlog of 4096 on a port of one's own. */
    public static final ListenOptions DEFAULT = new ListenOptions(4096, false);

    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog: " + backlog + " (expected: >= 1)");
        }
    }
}
