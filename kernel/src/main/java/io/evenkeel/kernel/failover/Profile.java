package io.evenkeel.kernel.failover;

import java.time.Duration;
import java.util.Set;

/** Sets of times that fit together (C5). */
public enum Profile {
    /** For networks and hosts that come back by themselves after minutes; the default. */
    PATIENT,
    /** A dead host is confirmed and fenced within 45 s. */
    STANDARD,
    /** Within 10 s, on networks where a second of silence means something. */
    SWIFT;

    private static final Breaker BREAKER = new Breaker(2, 30);

    /** The profile's times. */
    public FailoverSettings settings() {
        return switch (this) {
            case PATIENT -> times(10_000, 3_000, 300_000, 30_000, 10_000, 5_000, 5_000);
            case STANDARD -> times(6_000, 2_000, 15_000, 8_000, 1_000, 2_000, 2_000);
            case SWIFT -> times(2_000, 500, 2_000, 2_000, 250, 500, 1_000);
        };
    }

    /** In milliseconds. */
    private static FailoverSettings times(
            long aliveTtl,
            long aliveRenewal,
            long deathTtl,
            long lockTtl,
            long roundInterval,
            long libvirtTimeout,
            long storageTimeout) {
        return new FailoverSettings(
                Duration.ofMillis(aliveTtl),
                Duration.ofMillis(aliveRenewal),
                Duration.ofMillis(deathTtl),
                Duration.ofMillis(lockTtl),
                Duration.ofMillis(roundInterval),
                Duration.ofMillis(libvirtTimeout),
                Duration.ofMillis(storageTimeout),
                Duration.ofSeconds(10),
                Duration.ofDays(3650),
                Duration.ofMinutes(10),
                BREAKER,
                Set.of());
    }
}
