package io.evenkeel.model;

/**
 * What an operator wants of a service or an endpoint. Never the same field as observed health: a
 * failed endpoint may be {@link #READY}, and a healthy one in {@link #MAINT}.
 */
public enum AdminState {
    /** Takes requests if it is otherwise eligible. */
    READY,
    /** Gets no new requests; those running finish, sessions are honoured until the deadline. */
    DRAIN,
    /** Out of service at once: no requests, no active checks. */
    MAINT
}
