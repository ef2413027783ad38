package io.evenkeel.kernel.eligibility;

/** What an operator wants of an endpoint or a service; never the same field as observed health. */
public enum AdminState {
    /** Takes part. */
    READY,
    /** No new requests; running ones and sticky sessions finish. */
    DRAIN,
    /** Out of service: no requests at all, not even in panic. */
    MAINT
}
