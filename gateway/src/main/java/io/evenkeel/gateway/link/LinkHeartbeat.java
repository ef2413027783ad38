package io.evenkeel.gateway.link;

/**
 * When a link was last heard and last spoken on, in attended nanoseconds, and what follows: a ping
 * that is due, a backend that is silent. Single-threaded, but for {@link #lastHeard}.
 */
final class LinkHeartbeat {
    private static final long MILLI = 1_000_000L;

    private final long missedNanos;
    private final long pingNanos;

    /** Written by the link's loop, read by anybody. */
    private volatile long lastHeard;

    private long lastSent;
    private long pings;

    LinkHeartbeat(LinkSettings settings) {
        missedNanos = settings.missedMillis() * MILLI;
        // A quarter late: a backend that beats on its own is answered, and that counts as well.
        pingNanos = settings.heartbeatMillis() * MILLI * 5 / 4;
    }

    void heard(long now) {
        lastHeard = now;
    }

    /** Attended nanoseconds; any thread. */
    long lastHeard() {
        return lastHeard;
    }

    void sent(long now) {
        lastSent = now;
    }

    /** Whether nothing came for longer than the backend may be silent. */
    boolean silent(long now) {
        return now >= lastHeard + missedNanos;
    }

    boolean pingDue(long now) {
        return now >= lastSent + pingNanos;
    }

    /** The number of one more ping. */
    long nextPing() {
        return ++pings;
    }

    /** When one of the two is to be looked at next. */
    long next() {
        return Math.min(lastHeard + missedNanos, lastSent + pingNanos);
    }
}
