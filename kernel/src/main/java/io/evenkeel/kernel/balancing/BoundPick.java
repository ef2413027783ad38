package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.model.AdminState;

/**
 * The pick of a request whose session is bound to an endpoint (requirement A7): that endpoint's
 * node, past the head if need be, which is counted. A node that drains is still picked by its
 * sessions up to their deadline, though it is in no order. Guarded by the queue's lock.
 */
final class BoundPick {
    private final NodeTable table;
    private final SessionIndex index = new SessionIndex();

    BoundPick(NodeTable table) {
        this.table = table;
    }

    void joined(Node node) {
        index.add(endpointHash(node.id()), node.slot);
    }

    void left(Node node) {
        index.remove(endpointHash(node.id()), node.slot);
    }

    /** The same for an endpoint's id at every gateway. */
    static long endpointHash(String id) {
        return Maglev.hash(id);
    }

    /** The slot that the context is bound to, if it may be picked now, else -1; notes why. */
    int slot(PickContext context, long now) {
        int slot = index.slot(context.boundTo());
        Node node = slot < 0 ? null : table.nodeOrNull(slot);
        if (node == null || context.avoids(node) || !mayServe(node, now)) {
            context.binding(PickContext.Binding.BROKEN);
            return -1;
        }
        if (table.isFull(slot)) {
            context.binding(PickContext.Binding.FULL);
            return -1;
        }
        context.binding(PickContext.Binding.HONOURED);
        return slot;
    }

    private boolean mayServe(Node node, long now) {
        return table.standing(node.slot) != NodeTable.OFF || servesDraining(node, now);
    }

    /** Whether it drains and its sessions have time left. */
    boolean servesDraining(Node node, long now) {
        return node.details().sessionsUntilNanos > now && onlyDrains(node.inputs());
    }

    /** Whether nothing but its drain keeps it from being picked. */
    private static boolean onlyDrains(EligibilityInputs inputs) {
        return (inputs.draining() || inputs.admin() == AdminState.DRAIN)
                && inputs.admin() != AdminState.MAINT
                && Eligibility.of(inputs.withDraining(false).withAdmin(AdminState.READY))
                        .isEligible();
    }
}
