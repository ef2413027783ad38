package io.evenkeel.kernel.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every time of the procedure (C5). Safety depends on none of them: they decide how long a cut may
 * last before a host that lives is taken for dead, and how long its machines are missed. What would
 * make the first wrong by construction is refused.
 *
 * @param aliveTtl of the lease of {@code alive}
 * @param aliveRenewal how often the agent renews it
 * @param deathTtl of {@code death}
 * @param lockTtl of {@code lock} while it has a lease
 * @param roundInterval between the starts of two rounds
 * @param libvirtTimeout how long a host's libvirt is waited for
 * @param storageTimeout how long clients are waited for to acknowledge a notify
 * @param fenceTimeout how long one attempt to fence and verify may take
 * @param fenceExpiry what the storage is given as the end of a fence; it is re-asserted long before
 * @param fenceReassert how often a fence is set and verified again
 * @param breaker when to hold (C10)
 * @param further witnesses that are listened to besides libvirt and storage; none by default
 */
public record FailoverSettings(
        Duration aliveTtl,
        Duration aliveRenewal,
        Duration deathTtl,
        Duration lockTtl,
        Duration roundInterval,
        Duration libvirtTimeout,
        Duration storageTimeout,
        Duration fenceTimeout,
        Duration fenceExpiry,
        Duration fenceReassert,
        Breaker breaker,
        Set<Witness> further) {

    /** What a store grants at least. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** Longer than anybody leaves a dead cluster alone. */
    private static final Duration SHORTEST_EXPIRY = Duration.ofDays(30);

    /** Checks every range and relation; the message names all that fails. */
    public FailoverSettings {
        further = Set.copyOf(further);
        List<String> problems = new ArrayList<>();
        positive(problems, "alive-renewal", aliveRenewal);
        positive(problems, "round-interval", roundInterval);
        positive(problems, "libvirt-timeout", libvirtTimeout);
        positive(problems, "storage-timeout", storageTimeout);
        positive(problems, "fence-timeout", fenceTimeout);
        positive(problems, "fence-reassert", fenceReassert);
        atLeast(problems, "alive-ttl", aliveTtl, SHORTEST_LEASE, "the shortest lease");
        atLeast(
                problems,
                "alive-ttl",
                aliveTtl,
                aliveRenewal.multipliedBy(3),
                "3 x alive-renewal, so that two renewals may be lost");
        Duration round = libvirtTimeout.plus(storageTimeout).plus(roundInterval);
        String ofRound = "round-interval + libvirt-timeout + storage-timeout: a whole round";
        atLeast(problems, "lock-ttl", lockTtl, SHORTEST_LEASE, "the shortest lease");
        atLeast(problems, "lock-ttl", lockTtl, round, ofRound);
        atLeast(problems, "death-ttl", deathTtl, SHORTEST_LEASE, "the shortest lease");
        atLeast(problems, "death-ttl", deathTtl, round, ofRound);
        atLeast(
                problems,
                "death-ttl + lock-ttl",
                deathTtl.plus(lockTtl),
                aliveTtl,
                "alive-ttl, so that an agent that was cut off can take its key again");
        atLeast(problems, "fence-expiry", fenceExpiry, SHORTEST_EXPIRY, "30 days");
        atLeast(
                problems,
                "fence-expiry",
                fenceExpiry,
                fenceReassert.multipliedBy(3),
                "3 x fence-reassert");
        if (breaker.atLeast() < 2) {
            problems.add("breaker-at-least: " + breaker.atLeast() + " (expected: >= 2)");
        }
        if (breaker.sharePercent() < 1 || breaker.sharePercent() > 100) {
            problems.add("breaker-share: " + breaker.sharePercent() + " (expected: 1..100)");
        }
        for (Witness witness : new TreeSet<>(further)) {
            if (!witness.isFurther()) {
                problems.add("witnesses: " + witness + " (expected: LINKS)");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void positive(List<String> problems, String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            problems.add(name + ": " + value + " (expected: > 0)");
        }
    }

    private static void atLeast(
            List<String> problems, String name, Duration value, Duration least, String why) {
        if (value.compareTo(least) < 0) {
            problems.add(name + ": " + value + " (expected: >= " + least + ", " + why + ")");
        }
    }

    /** The same, listening to these further witnesses. */
    public FailoverSettings withFurther(Set<Witness> witnesses) {
        return new FailoverSettings(
                aliveTtl,
                aliveRenewal,
                deathTtl,
                lockTtl,
                roundInterval,
                libvirtTimeout,
                storageTimeout,
                fenceTimeout,
                fenceExpiry,
                fenceReassert,
                breaker,
                witnesses);
    }

    /** The longest a round takes that begins in time: from the start of the one before. */
    Duration round() {
        return roundInterval.plus(libvirtTimeout).plus(storageTimeout);
    }

    /**
     * Between the ends of two silent rounds, at most, for the time between them to count as
     * silence. What is longer is time in which nobody asked.
     */
    Duration longestGap() {
        return round().multipliedBy(2);
    }

    /** How much of a ttl must have passed in silence that was asked for; the rest is its edges. */
    static long neededMillis(Duration ttl) {
        return ttl.toMillis() * 3 / 4;
    }
}
