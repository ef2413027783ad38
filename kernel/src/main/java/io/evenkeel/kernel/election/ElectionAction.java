package io.evenkeel.kernel.election;

import io.evenkeel.kernel.store.Txn;
import java.time.Duration;

/** What a candidate is to do next; one at a time, the outcome goes back to {@link Election}. */
public sealed interface ElectionAction {
    /** Ask the store for a lease; then {@link Election#leased}. */
    record Grant(Duration ttl) implements ElectionAction {}

    /** Renew the lease; then {@link Election#leased}. */
    record KeepAlive(long leaseId) implements ElectionAction {}

    /** Try to take the lock; then {@link Election#claimed}. */
    record Claim(Txn txn) implements ElectionAction {}

    /** Nothing until then, or until the lock is said to have changed. */
    record Await(long untilNanos) implements ElectionAction {}
}
