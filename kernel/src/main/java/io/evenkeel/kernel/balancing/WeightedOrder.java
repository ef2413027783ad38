package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * Smooth weighted round robin as earliest deadline first: a node's turns lie 1 / rate apart in
 * virtual time, so over a whole round each gets exactly its weight. Where in its period a node has
 * its turns is staggered by the golden ratio, so that nodes of equal weight don't come in a bunch.
 * O(log n) a pick, where the well-known smooth algorithm scans all.
 */
final class WeightedOrder extends Order {
    /** Virtual time between the turns of a node of rate 1. */
    private static final long ROUND = 1_000_000_000_000L;

    private static final long REBASE = 1L << 60;

    /** In units of 2^-32. */
    private static final long GOLDEN_RATIO = 2_654_435_769L;

    private final IndexedHeap heap = new IndexedHeap();

    /** Deadline of a node that has exited, so that exit and return win no extra turn. */
    private long[] deadlines = new long[0];

    private long virtualTime;
    private long entered;
    private long nextSequence;
    private long nextNewcomer = -1;

    WeightedOrder(NodeTable table) {
        super(table);
    }

    /** A turn within the node's next period. */
    private long staggered(int slot) {
        double phase = ((entered++ * GOLDEN_RATIO) & 0xFFFF_FFFFL) * 0x1p-32;
        return virtualTime + (long) (phase * ROUND / table.rate(slot));
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    @Override
    int head(PickContext context) {
        return heap.isEmpty() ? -1 : heap.head();
    }

    @Override
    void picked(int slot, int loadBefore) {
        virtualTime = heap.key(slot);
        long next = table.isFresh(slot) ? staggered(slot) : virtualTime + ROUND / table.rate(slot);
        table.fresh(slot, false);
        heap.update(slot, next, nextSequence++);
        if (virtualTime > REBASE) {
            heap.subtract(REBASE);
            virtualTime -= REBASE;
            for (int i = 0; i < deadlines.length; i++) {
                deadlines[i] = Math.max(0, deadlines[i] - REBASE);
            }
        }
    }

    /** It pays for the turn later; time does not jump to where it stands. */
    @Override
    void pickedPastHead(int slot, int loadBefore) {
        long next =
                table.isFresh(slot) ? staggered(slot) : heap.key(slot) + ROUND / table.rate(slot);
        table.fresh(slot, false);
        heap.update(slot, next, nextSequence++);
    }

    @Override
    void enter(int slot, boolean first) {
        if (deadlines.length < table.capacity()) {
            deadlines = Arrays.copyOf(deadlines, table.capacity());
        }
        long deadline = first ? virtualTime : Math.max(deadlines[slot], staggered(slot));
        table.fresh(slot, first);
        table.standing(slot, NodeTable.IN);
        heap.add(slot, deadline, first ? nextNewcomer-- : nextSequence++, table.capacity());
    }

    @Override
    void restore(int slot) {
        table.standing(slot, NodeTable.IN);
        heap.add(slot, deadlines[slot], nextNewcomer--, table.capacity());
    }

    @Override
    void exit(int slot) {
        deadlines[slot] = heap.key(slot);
        heap.remove(slot);
    }

    @Override
    void departed(int slot) {
        if (slot < deadlines.length) {
            deadlines[slot] = 0;
        }
    }

    @Override
    int[] ranking(int most) {
        return heap.smallest(most);
    }

    long deadline(int slot) {
        return heap.key(slot);
    }
}
