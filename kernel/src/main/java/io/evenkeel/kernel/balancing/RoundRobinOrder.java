package io.evenkeel.kernel.balancing;

/** One after the other: a FIFO list; who was picked goes to its end, a newcomer to its head. */
final class RoundRobinOrder extends Order {
    private static final int NONE = -1;

    private int head = NONE;
    private int tail = NONE;
    private long nextSequence;
    private long nextNewcomer = -1;

    RoundRobinOrder(NodeTable table) {
        super(table);
    }

    @Override
    int head(PickContext context) {
        return head;
    }

    @Override
    void picked(int slot) {
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
        table.place(slot, 0);
        table.sequence(slot, first ? nextNewcomer-- : nextSequence++);
    }

    @Override
    void exit(int slot) {
        int prev = table.prev(slot);
        int next = table.next(slot);
        link(prev, next, next, prev);
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
