package io.evenkeel.kernel.health;

/** What an exchange with an endpoint came to, as far as it speaks for or against the endpoint. */
public enum Outcome {
    /** A final reply that is no 5xx. */
    SUCCESS(false),
    /** A 5xx other than 502, 503 and 504. */
    SERVER_ERROR(true),
    /** 502, 503 or 504, as the endpoint's own reply. */
    GATEWAY_ERROR(true),
    /** The connection was refused or couldn't be made in time. */
    CONNECT_FAILED(true),
    /** The endpoint didn't answer in time. */
    TIMED_OUT(true),
    /** The connection broke, or what came was no HTTP. */
    BROKEN(true),
    /** The client went away or the gateway stopped: says nothing about the endpoint. */
    CANCELLED(false),
    /** The pick was given back unused. */
    NOT_SENT(false);

    private final boolean failure;

    Outcome(boolean failure) {
        this.failure = failure;
    }

    /** The outcome of a whole reply with this status code. */
    public static Outcome ofStatus(int status) {
        if (status < 500 || status > 599) {
            return SUCCESS;
        }
        return status == 502 || status == 503 || status == 504 ? GATEWAY_ERROR : SERVER_ERROR;
    }

    /** Whether it counts against the endpoint. */
    public boolean isFailure() {
        return failure;
    }

    /** Whether the failure began at the gateway's side of the wire: no reply was seen. */
    public boolean isLocalOrigin() {
        return this == CONNECT_FAILED || this == TIMED_OUT || this == BROKEN;
    }
}
