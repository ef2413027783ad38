package io.evenkeel.kernel.eligibility;

/** What the active health check says of an endpoint; written by the check loop only. */
public enum HealthState {
    /** No active check is configured, so that nothing speaks against the endpoint. */
    UNCHECKED,
    /** A check is configured and its first result is awaited. */
    PENDING,
    /** The check passes. */
    HEALTHY,
    /** The check fails. */
    UNHEALTHY
}
