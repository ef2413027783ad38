package io.evenkeel.agent;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.model.HostKey;
import java.time.Duration;

/**
 * How an agent runs.
 *
 * @param host whose agent it is
 * @param record what it says of the host
 * @param ttl how long the host is taken to live after it was last heard, at least two seconds
 * @param measureEvery time between two measurements of what is in use
 */
public record AgentConfig(HostKey host, HostRecord record, Duration ttl, Duration measureEvery) {
    /** The shortest that {@link #ttl} may be: a store's leases last whole seconds. */
    public static final Duration SHORTEST_TTL = Duration.ofSeconds(2);

    public AgentConfig {
        if (ttl.compareTo(SHORTEST_TTL) < 0) {
            throw new IllegalArgumentException(
                    "alive-ttl: " + ttl + " (expected: at least " + SHORTEST_TTL + ")");
        }
    }

    /** A store call that takes longer could cost the lease. */
    Duration callDeadline() {
        return ttl.dividedBy(3);
    }
}
