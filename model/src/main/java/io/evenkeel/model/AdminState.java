package io.evenkeel.model;

/**
 * What an operator wants of a service or an endpoint. Never the same field as observed health: a
 * failed endpoint may be {@link #READY}, and a healthy one in {@link #MAINT}. Declared from lax to
 * strict.
 */
public enum AdminState {
    /** Takes requests if it is otherwise eligible. */
    READY,
    /** Gets no new requests; those running finish, sessions are honoured until the deadline. */
    DRAIN,
    /** Out of service at once: no requests, not even in panic, and no active checks. */
    MAINT;

    /** Of two words on one thing the one that lets less through. */
    public AdminState stricter(AdminState other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
