package io.evenkeel.agent.core;

import io.evenkeel.kernel.store.Txn;
import java.time.Duration;

/** What an agent is to do next; one at a time, the outcome goes back to {@link AliveKey}. */
public sealed interface AliveAction {
    /** Ask the store for a lease; then {@link AliveKey#leased}. */
    record Grant(Duration ttl) implements AliveAction {}

    /** Renew the lease; then {@link AliveKey#leased}. */
    record KeepAlive(long leaseId) implements AliveAction {}

    /** Try to take the host's key; then {@link AliveKey#claimed}. */
    record Claim(Txn txn) implements AliveAction {}

    /** Nothing until then. */
    record Await(long untilNanos) implements AliveAction {}
}
