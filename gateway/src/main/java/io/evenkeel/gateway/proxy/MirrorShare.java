package io.evenkeel.gateway.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which requests of a route are copied: of any hundred one behind the other exactly as many as the
 * percentage says, spread evenly, on all loops together. Outlives snapshots. Thread-safe.
 */
public final class MirrorShare {
    private static final int WHOLE = 100;

    private final AtomicInteger requests = new AtomicInteger();

    /** Nothing counted yet. */
    public MirrorShare() {}

    /**
     * Counts a request. Returns whether it is among those copied.
     *
     * @param percent 0 to 100; may differ from call to call
     */
    public boolean takes(int percent) {
        int at = requests.getAndUpdate(n -> n == WHOLE - 1 ? 0 : n + 1);
        return (at + 1) * percent / WHOLE > at * percent / WHOLE;
    }
}
