package io.evenkeel.simulation.cast;

/**
 * How a request of a client ended; each ends in exactly one answer.
 *
 * @param number of the request, from 0
 * @param askedNanos when it was asked
 * @param nanos how long it took
 * @param status the reply's status, or 0 without a whole reply
 * @param endpoint who says to have answered; empty without a reply or when the gateway answered
 * @param ending why there is no whole reply; {@link Ending#REPLIED} when there is one
 */
public record Answer(
        long number, long askedNanos, long nanos, int status, String endpoint, Ending ending) {
    /** What the client saw. */
    public enum Ending {
        /** A whole reply, whatever its status. */
        REPLIED,
        /** The connection ended before a whole reply. */
        BROKEN,
        /** No whole reply in time. */
        TIMED_OUT,
        /** A reply that belongs to another request, or a body with wrong bytes. */
        WRONG
    }

    /** Whether it is what the client wanted. */
    public boolean isSuccess() {
        return ending == Ending.REPLIED && status >= 200 && status < 400;
    }
}
