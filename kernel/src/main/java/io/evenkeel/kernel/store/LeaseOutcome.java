package io.evenkeel.kernel.store;

import java.time.Duration;

/** Answer to a lease call: {@link Held}, {@link Gone}, {@link Rejected} or {@link Unknown}. */
public sealed interface LeaseOutcome
        permits LeaseOutcome.Held, LeaseOutcome.Gone, Rejected, Unknown {

    /** The lease lives for {@code ttl} from now unless kept alive. */
    record Held(long leaseId, Duration ttl) implements LeaseOutcome {}

    /** No such lease: it expired or was revoked, and its keys are deleted. */
    record Gone(long leaseId) implements LeaseOutcome {}
}
