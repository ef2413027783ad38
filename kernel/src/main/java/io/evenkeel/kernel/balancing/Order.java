package io.evenkeel.kernel.balancing;

import org.jspecify.annotations.Nullable;

/**
 * An algorithm: the order of the nodes that may be picked now. The queue tells it who enters and
 * leaves and what changes; the table's standing says whether a node is in it. Guarded by the
 * queue's lock.
 */
abstract sealed class Order
        permits LeastLoadOrder,
                RoundRobinOrder,
                WeightedOrder,
                RandomOrder,
                SourceHashOrder,
                LocalityOrder {
    final NodeTable table;

    Order(NodeTable table) {
        this.table = table;
    }

    /** The order for an algorithm, empty. */
    static Order of(Algorithm algorithm, NodeTable table, Locality here) {
        return switch (algorithm) {
            case LEAST_LOAD -> new LeastLoadOrder(table);
            case ROUND_ROBIN -> new RoundRobinOrder(table);
            case WEIGHTED_ROUND_ROBIN -> new WeightedOrder(table);
            case RANDOM -> new RandomOrder(table, false);
            case POWER_OF_TWO -> new RandomOrder(table, true);
            case SOURCE_HASH -> new SourceHashOrder(table);
            case LOCALITY_WEIGHTED -> new LocalityOrder(table, here);
        };
    }

    /** The node, which is off or parked, may be picked from now on. Sets its standing. */
    abstract void enter(int slot, boolean first);

    /**
     * The node, which is in the order, may not be picked any more. Leaves its standing to the
     * queue.
     */
    abstract void exit(int slot);

    /** Whom the next acquire gets; -1 if nobody is in the order. Changes nothing that lasts. */
    abstract int head(PickContext context);

    /** The head was picked, so that its load has risen by one. */
    abstract void picked(int slot, int loadBefore);

    /** A node that is not the head was picked for a session bound to it. */
    void pickedPastHead(int slot, int loadBefore) {
        picked(slot, loadBefore);
    }

    /** The load of a node in the order may have changed. */
    void moved(int slot, int loadBefore) {}

    /** The rate of a node in the order has changed. */
    void rated(int slot) {}

    /** The node exits because it is at its cap. */
    void park(int slot) {
        exit(slot);
    }

    /** The node enters because it is below its cap again. */
    void unpark(int slot) {
        enter(slot, false);
    }

    /**
     * The node, which was the head and was parked for the length of one acquire, is the head again,
     * with the rights it had.
     */
    void restore(int slot) {
        enter(slot, true);
    }

    /** A node in the order or at its cap has another weight. */
    void reweighed() {}

    /** A node has joined the service, whether or not it may be picked. */
    void joined(int slot) {}

    /** A node has left the service. */
    void departed(int slot) {}

    /** Most nodes have this weight. */
    void referenceWeight(int weight) {}

    /** Work to be done without the lock, or null if there is none. */
    @Nullable Rebuild rebuild() {
        return null;
    }

    /** The rate of a node in the order. */
    int rate(int slot) {
        return table.rate(slot);
    }

    /**
     * The first nodes in the order, head first; those that a draw decides about in any sequence.
     * Work in proportion to what is asked for, not to what there is.
     *
     * @param most how many, if there are so many
     */
    abstract int[] ranking(int most);

    /** Work in three steps: made with the lock held, run without it, installed with it. */
    interface Rebuild {
        /** Computes; the lock is not held. */
        void run();

        /** Takes the result into use; the lock is held. */
        void install();
    }
}
