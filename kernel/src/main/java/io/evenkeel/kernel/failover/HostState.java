package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import org.jspecify.annotations.Nullable;

/**
 * A host's keys as they stand at a revision. 0 stands for a key that is absent.
 *
 * @param aliveRevision at which {@code alive} was created
 * @param deathRevision at which {@code death} was created
 * @param lockRevision at which {@code lock} was created
 * @param lockLeased whether {@code lock} still hangs on a lease
 * @param seenRevision at which its agent last took {@code alive}; 0: the host never lived here
 * @param procedure null if there is none
 * @param procedureRevision at which it was last written
 * @param unreadable why the procedure cannot be read; empty if it can, or there is none
 * @param word of an operator, null without
 * @param ring the host's ring of decision records as it is stored; empty without
 */
public record HostState(
        HostKey host,
        long aliveRevision,
        long deathRevision,
        long lockRevision,
        boolean lockLeased,
        long seenRevision,
        @Nullable Procedure procedure,
        long procedureRevision,
        String unreadable,
        @Nullable HostWord word,
        Value ring) {

    /** A host of which nothing is in the store. */
    static HostState none(HostKey host) {
        return new HostState(host, 0, 0, 0, false, 0, null, 0, "", null, Value.EMPTY);
    }

    /** Decisions about the host so far; read when they are wanted, for most steps add none. */
    public DecisionRing decisions() {
        return ring.size() > 0
                        && Stored.read(ring.toBytes(), DecisionRing.class)
                                instanceof Bound.Good<DecisionRing>(DecisionRing good)
                ? good
                : DecisionRing.EMPTY;
    }

    /** Whether the agent holds its key. */
    public boolean alive() {
        return aliveRevision != 0;
    }

    /** Whether its failure is confirmed: it is out, whatever it does, until it is readmitted. */
    public boolean confirmed() {
        return procedure != null ? procedure.stage().confirmed() : lockRevision != 0 && !lockLeased;
    }

    /** Whether something may be started on it, as far as failover is concerned. */
    public boolean online() {
        return alive() && !confirmed() && unreadable.isEmpty();
    }

    /**
     * Since when the host is suspected (C11), milliseconds since 1970 UTC; 0 if it is not:
     * balancing gives what runs on a suspected host no new requests.
     */
    public long suspectedSinceMillis() {
        return procedure == null ? 0 : procedure.suspectedMillis();
    }

    /** The token under which its machines may be started elsewhere; 0: they may not. */
    public long permit() {
        return procedure != null && procedure.stage() == Stage.FENCED ? procedure.token() : 0;
    }
}
