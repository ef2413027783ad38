package io.evenkeel.wire.http2;

/**
 * How often something may happen, by the generic cell rate algorithm (ITU-T I.371): one number, the
 * time at which the burst would be whole again.
 */
final class Budget {
    private final long intervalNanos;
    private final long burstNanos;
    private boolean begun;
    private long wholeAtNanos;

    Budget(Http2Limits.Rate rate) {
        intervalNanos = 1_000_000_000L / rate.perSecond();
        burstNanos = intervalNanos * rate.burst();
    }

    /** Takes one; false if none is left. */
    boolean take(long nowNanos) {
        if (!begun || wholeAtNanos - nowNanos < 0) {
            wholeAtNanos = nowNanos;
            begun = true;
        }
        if (wholeAtNanos - nowNanos + intervalNanos > burstNanos) {
            return false;
        }
        wholeAtNanos += intervalNanos;
        return true;
    }
}
