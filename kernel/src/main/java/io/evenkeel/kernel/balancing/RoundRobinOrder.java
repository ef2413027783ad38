package io.evenkeel.kernel.balancing;

import java.util.stream.IntStream;

/** One after the other: a FIFO list; who was picked goes to its end, a newcomer to its head. */
final class RoundRobinOrder extends Order {
    private static final int NONE = -1;

    private int head = NONE;
    private int tail = NONE;

    RoundRobinOrder(NodeTable table) {
        super(table);
    }

    @Override
    int head(PickContext context) {
        return head;
    }

    @Override
    void picked(int slot, int loadBefore) {
        exit(slot);
        enter(slot, false);
    }

    @Override
    void enter(int slot, boolean first) {
        int prev = first ? NONE : tail;
        int next = first ? head : NONE;
        table.prev(slot, prev);
        table.next(slot, next);
        link(prev, slot, next, slot);
        table.standing(slot, NodeTable.IN);
    }

    @Override
    void exit(int slot) {
        int prev = table.prev(slot);
        int next = table.next(slot);
        link(prev, next, next, prev);
    }

    @Override
    int[] ranking(int most) {
        return IntStream.iterate(head, slot -> slot != NONE, table::next).limit(most).toArray();
    }

    /** What follows {@code prev} and what precedes {@code next}. */
    private void link(int prev, int afterPrev, int next, int beforeNext) {
        if (prev == NONE) {
            head = afterPrev;
        } else {
            table.next(prev, afterPrev);
        }
        if (next == NONE) {
            tail = beforeNext;
        } else {
            table.prev(next, beforeNext);
        }
    }
}
