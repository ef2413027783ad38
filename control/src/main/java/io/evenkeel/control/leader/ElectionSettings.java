package io.evenkeel.control.leader;

import io.evenkeel.model.HostPort;
import java.time.Duration;

/**
 * How a process stands for election.
 *
 * @param id of this candidate, as others see it
 * @param instance nonce of this run of its process
 * @param admin where its API answers
 * @param version of the software it runs
 * @param ttl of the lease under which it leads: how long a dead leader is waited for
 */
public record ElectionSettings(
        String id, String instance, HostPort admin, String version, Duration ttl) {
    /**
     * Three seconds: with what etcd takes to notice that a lease is over, a dead leader is replaced
     * within five.
     */
    public static final Duration TTL = Duration.ofSeconds(3);

    /** With the default time. */
    public static ElectionSettings of(String id, String instance, HostPort admin, String version) {
        return new ElectionSettings(id, instance, admin, version, TTL);
    }
}
