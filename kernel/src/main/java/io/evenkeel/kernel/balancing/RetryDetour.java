package io.evenkeel.kernel.balancing;

/**
 * The head for a request that avoids nodes: those that stand before it are set aside for the length
 * of this one acquire, and put back with the rights they had. Guarded by the queue's lock.
 */
final class RetryDetour {
    private final NodeTable table;
    private final int[] aside = new int[PickContext.MAX_TRIED];

    RetryDetour(NodeTable table) {
        this.table = table;
    }

    /** The first node in the order that isn't avoided; if all are, the first of all. */
    int head(Order order, int first, PickContext context) {
        int head = first;
        int count = 0;
        while (head >= 0 && count < aside.length && context.avoids(table.node(head))) {
            order.park(head);
            table.standing(head, NodeTable.PARKED);
            aside[count++] = head;
            head = order.head(context);
        }
        for (int i = count - 1; i >= 0; i--) {
            order.restore(aside[i]);
        }
        context.passedOver += count;
        return head >= 0 ? head : first;
    }
}
