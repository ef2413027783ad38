package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.health.OutlierDetection;

/** What happened in a queue that an operator wants to know; see {@link ServiceQueue#events}. */
public sealed interface QueueEvent {
    /** When, on the clock of the ticks. */
    long nowNanos();

    /** Outlier detection took an endpoint out. */
    record Ejected(long nowNanos, String endpoint, OutlierDetection.Reason reason, long untilNanos)
            implements QueueEvent {}

    /** An ejected endpoint is back. */
    record Returned(long nowNanos, String endpoint) implements QueueEvent {}

    /** Too few endpoints are eligible: health opinions are ignored. */
    record PanicBegan(long nowNanos, int eligible, int endpoints) implements QueueEvent {}

    /** Enough endpoints are eligible again. */
    record PanicEnded(long nowNanos, int eligible, int endpoints) implements QueueEvent {}
}
