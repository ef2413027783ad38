package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.model.EndpointKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the registry decides about one event. */
public sealed interface RegistryDecision {

    /** Turned away without a txn. */
    record Refuse(AdmissionReply.Refused reply) implements RegistryDecision {}

    /** Nothing is to be done. */
    record Ignore(String reason) implements RegistryDecision {}

    /**
     * To be committed, alone or in one txn with decisions about other endpoints. If a compare
     * fails, the event is to be decided again on a newer image.
     *
     * @param endpoint which endpoint it is about
     * @param rule the rule that fired, in kebab-case
     * @param compares under which the decision stands
     * @param ops what to write; empty when only the compares are to be confirmed
     * @param epoch the epoch that a confirmed admission keeps; 0: the revision of the txn
     */
    record Commit(
            EndpointKey endpoint, String rule, List<Compare> compares, List<Op> ops, long epoch)
            implements RegistryDecision {
        public Commit {
            compares = List.copyOf(compares);
            ops = List.copyOf(ops);
        }
    }

    /** The reply to a registration whose commit went through at this revision. */
    static AdmissionReply.Admitted admitted(Commit commit, long revision) {
        return new AdmissionReply.Admitted(
                commit.endpoint(), commit.epoch() != 0 ? commit.epoch() : revision);
    }

    /** The commit inside, null if there is none. */
    default @Nullable Commit commit() {
        return this instanceof Commit commit ? commit : null;
    }
}
