package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.eligibility.Eligibility;
import java.util.List;

/**
 * A queue as it stood, for {@code explain} and {@code top}. The first 2,048 places and the numbers
 * that decide them (standing, score and its parts, cap, requests) are of one instant, and so is all
 * of a queue that has no more nodes. Behind them each node is read at an instant of its own, in
 * pieces right after, so that picks don't wait; they are sorted by score. Weight, eligibility and
 * ejections are read in pieces too and may be some milliseconds younger.
 *
 * @param service the queue's name
 * @param algorithm how it chooses
 * @param panic whether ejections and suspicions are ignored
 * @param eligible endpoints that are eligible (at capacity or not)
 * @param passedOver nodes so far that stood before a pick and were avoided because a retry had
 *     tried them
 * @param entries those that may be picked in the order of the queue, head first; then those at
 *     their cap; then those that are out
 */
public record QueueSnapshot(
        String service,
        Algorithm algorithm,
        boolean panic,
        int eligible,
        long passedOver,
        List<Entry> entries) {
    /** Where a node stands. */
    public enum Standing {
        /** In the queue: may be picked. */
        QUEUED,
        /** At its cap: back in the queue with its next release. */
        PARKED,
        /** Not to be picked. */
        OUT
    }

    /**
     * One endpoint.
     *
     * @param endpoint id
     * @param epoch of its incarnation
     * @param standing where it stands
     * @param score as {@link LoadScore#score} defines it
     * @param outstanding our requests there now
     * @param surplus load by others, faded
     * @param penalty load for failures, faded
     * @param weight its weight
     * @param factorPercent slow-start factor, 1 to 100
     * @param cap most requests outstanding
     * @param eligibility all that speaks against it
     * @param ejections how often it has been ejected lately
     * @param requests picks since it joined, modulo 2^32
     * @param latencyMicros smoothed over every eighth success; 0 = none yet
     * @param report what its backend last said of itself
     */
    public record Entry(
            String endpoint,
            long epoch,
            Standing standing,
            long score,
            int outstanding,
            int surplus,
            int penalty,
            int weight,
            int factorPercent,
            int cap,
            Eligibility eligibility,
            int ejections,
            long requests,
            long latencyMicros,
            BackendReport report) {}

    /** Copies the list. */
    public QueueSnapshot {
        entries = List.copyOf(entries);
    }
}
