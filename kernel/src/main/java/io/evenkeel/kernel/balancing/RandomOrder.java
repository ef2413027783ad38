package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/** Uniformly at random, or the lower score of two drawn at random. O(1). */
final class RandomOrder extends Order {
    private final boolean twoChoices;
    private int[] slots = new int[16];
    private int size;

    RandomOrder(NodeTable table, boolean twoChoices) {
        super(table);
        this.twoChoices = twoChoices;
    }

    @Override
    int head(PickContext context) {
        if (size == 0) {
            return -1;
        }
        int one = context.random().nextInt(size);
        if (!twoChoices || size == 1) {
            return slots[one];
        }
        // The second draw is among the others.
        int two = context.random().nextInt(size - 1);
        if (two >= one) {
            two++;
        }
        return table.score(slots[one]) <= table.score(slots[two]) ? slots[one] : slots[two];
    }

    @Override
    void picked(int slot, int loadBefore) {}

    @Override
    void enter(int slot, boolean first) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        table.standing(slot, NodeTable.IN);
        table.next(slot, size);
        slots[size++] = slot;
    }

    @Override
    void exit(int slot) {
        int last = slots[--size];
        slots[table.next(slot)] = last;
        table.next(last, table.next(slot));
    }

    @Override
    int[] ranking(int most) {
        return Arrays.copyOf(slots, Math.min(most, size));
    }
}
