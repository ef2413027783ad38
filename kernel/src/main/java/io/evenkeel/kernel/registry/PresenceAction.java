package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.store.Txn;
import java.time.Duration;

/** What a gateway's presence asks of the store next; one at a time ({@link PresenceLoop}). */
public sealed interface PresenceAction {
    /** Ask for a lease; then {@link PresenceLoop#leased}. */
    record Grant(Duration ttl) implements PresenceAction {}

    /** Renew the lease; then {@link PresenceLoop#leased}. */
    record KeepAlive(long leaseId) implements PresenceAction {}

    /** Commit this; then {@link PresenceLoop#committed}. */
    record Commit(Txn txn) implements PresenceAction {}

    /** Nothing until then, or until something is said of an endpoint. */
    record Await(long untilNanos) implements PresenceAction {}
}
