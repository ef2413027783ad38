package io.evenkeel.control.core;

import io.evenkeel.kernel.placement.Rebalance;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.Kind;
import java.util.ArrayList;
import java.util.List;

/** Puts a machine's move that somebody asked for into the audit trail, in the same txn. */
public final class MoveWrites {
    private MoveWrites() {}

    /**
     * The txn with its audit entry.
     *
     * @param begin what begins the move
     * @param revision of the store that it was decided on
     */
    public static Txn audited(Txn begin, Rebalance.Move move, long revision, Intent intent) {
        String detail = "from " + move.from().name() + " to " + move.to().name();
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        "move",
                        Kind.VIRTUAL_MACHINE,
                        move.from().tenant(),
                        move.guest().name(),
                        revision,
                        intent.detail().isEmpty() ? detail : detail + ": " + intent.detail());
        List<Compare> compares = new ArrayList<>(begin.compares());
        compares.add(audit.unused());
        List<Op> ops = new ArrayList<>(begin.ops());
        ops.add(audit.put());
        return new Txn(compares, ops, begin.otherwise());
    }
}
