package io.evenkeel.simulation.cast;

/**
 * How a backend serves.
 *
 * @param serviceNanos mean time of work on one request, 0 or more
 * @param exponential whether the time is exponentially distributed; else it is always the mean
 * @param workers requests worked on at once; the others queue. 0 = all at once
 * @param queueLimit requests that may queue; further ones are answered 503 at once
 * @param failPermille share of requests answered by {@code failStatus} after {@code failNanos},
 *     past the queue
 * @param failStatus status of these
 * @param failNanos time of these
 * @param bodyBytes size of a reply's body
 * @param abortPermille share of requests on which the connection is broken in the middle of the
 *     reply
 */
public record Behaviour(
        long serviceNanos,
        boolean exponential,
        int workers,
        int queueLimit,
        int failPermille,
        int failStatus,
        long failNanos,
        int bodyBytes,
        int abortPermille) {
    /** Exponential work of that mean by so many workers, a queue of 1,000, a body of 100 bytes. */
    public static Behaviour healthy(long meanNanos, int workers) {
        return new Behaviour(meanNanos, true, workers, 1000, 0, 500, 0, 100, 0);
    }

    /** The same, slower by a factor. */
    public Behaviour slower(int factor) {
        return new Behaviour(
                serviceNanos * factor,
                exponential,
                workers,
                queueLimit,
                failPermille,
                failStatus,
                failNanos,
                bodyBytes,
                abortPermille);
    }

    /** The same, but this share fails with that status after that time. */
    public Behaviour failing(int permille, int status, long nanos) {
        return new Behaviour(
                serviceNanos,
                exponential,
                workers,
                queueLimit,
                permille,
                status,
                nanos,
                bodyBytes,
                abortPermille);
    }

    /** The same, but this share of connections breaks in the middle of a reply. */
    public Behaviour aborting(int permille) {
        return new Behaviour(
                serviceNanos,
                exponential,
                workers,
                queueLimit,
                failPermille,
                failStatus,
                failNanos,
                bodyBytes,
                permille);
    }

    /** The same with bodies of another size. */
    public Behaviour withBody(int bytes) {
        return new Behaviour(
                serviceNanos,
                exponential,
                workers,
                queueLimit,
                failPermille,
                failStatus,
                failNanos,
                bytes,
                abortPermille);
    }
}
