package io.evenkeel.kernel.balancing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The exact load queue. Nodes of the reference rate (the weight that most have, at full strength)
 * are kept in one FIFO list per load, with a bitmap of the lists that hold something: O(1). The few
 * others, of another weight or in slow start, are in a heap by score: O(log of their number). The
 * head is the lesser of the two heads by (score, sequence), so the whole is exact, and a newcomer
 * in slow start costs its peers nothing.
 *
 * <p>The sequence says when a node came to its score. It rises with every change of score, and is
 * negative and falling for newcomers, which therefore stand before all their ties.
 */
final class LeastLoadOrder extends Order {
    /** In the heap; every other place is a load, which is less. */
    private static final int IN_HEAP = Integer.MAX_VALUE;

    private static final int NONE = -1;

    /** Head and tail of the list of each load. */
    private int[] ends = new int[2 * 64];

    private long[] occupied = new long[1];
    private int listed;

    /** Least load whose list holds something; meaningless while nothing is listed. */
    private int least;

    private int referenceRate = LoadScore.FULL_PERMILLE;
    private final IndexedHeap odd = new IndexedHeap();
    private long nextSequence;
    private long nextNewcomer = -1;

    LeastLoadOrder(NodeTable table) {
        super(table);
    }

    @Override
    int head(PickContext context) {
        if (odd.isEmpty()) {
            return listed == 0 ? -1 : ends[2 * least];
        }
        int other = odd.head();
        if (listed == 0) {
            return other;
        }
        int slot = ends[2 * least];
        long score = LoadScore.score(least, referenceRate);
        long otherScore = odd.key(other);
        if (score != otherScore) {
            return score < otherScore ? slot : other;
        }
        return table.sequence(slot) < odd.sequence(other) ? slot : other;
    }

    @Override
    void picked(int slot) {
        int place = table.place(slot);
        if (place == IN_HEAP) {
            odd.update(slot, table.score(slot), nextSequence++);
            return;
        }
        // The common case: off the head of the least list, onto the tail of the next.
        unlink(slot, place);
        append(slot, table.load(slot), nextSequence++);
        if (!isOccupied(least)) {
            findLeast();
        }
    }

    @Override
    void moved(int slot) {
        int place = table.place(slot);
        if (place == IN_HEAP) {
            long score = table.score(slot);
            if (score != odd.key(slot)) {
                odd.update(slot, score, nextSequence++);
            }
            return;
        }
        int load = table.load(slot);
        if (load != place) {
            unlink(slot, place);
            append(slot, load, nextSequence++);
            if (!isOccupied(least)) {
                findLeast();
            }
        }
    }

    @Override
    void enter(int slot, boolean first) {
        long sequence = first ? nextNewcomer-- : nextSequence++;
        if (table.rate(slot) != referenceRate) {
            table.place(slot, IN_HEAP);
            odd.add(slot, table.score(slot), sequence, table.capacity());
        } else if (first) {
            prepend(slot, table.load(slot), sequence);
        } else {
            append(slot, table.load(slot), sequence);
        }
    }

    @Override
    void restore(int slot) {
        if (table.rate(slot) == referenceRate) {
            prepend(slot, table.load(slot), table.sequence(slot));
        } else {
            table.place(slot, IN_HEAP);
            odd.add(slot, table.score(slot), odd.sequence(slot), table.capacity());
        }
    }

    @Override
    void exit(int slot) {
        int place = table.place(slot);
        if (place == IN_HEAP) {
            odd.remove(slot);
            return;
        }
        unlink(slot, place);
        if (listed > 0 && !isOccupied(least)) {
            findLeast();
        }
    }

    @Override
    void rated(int slot) {
        boolean heaped = table.place(slot) == IN_HEAP;
        if (heaped && table.rate(slot) != referenceRate) {
            moved(slot);
            return;
        }
        if (heaped) {
            long sequence = odd.sequence(slot);
            odd.remove(slot);
            if (sequence < 0) {
                // Never picked since it came: it keeps its place before its ties.
                prepend(slot, table.load(slot), sequence);
            } else {
                append(slot, table.load(slot), nextSequence++);
            }
        } else if (table.rate(slot) != referenceRate) {
            long sequence = table.sequence(slot);
            exit(slot);
            table.place(slot, IN_HEAP);
            odd.add(
                    slot,
                    table.score(slot),
                    sequence < 0 ? sequence : nextSequence++,
                    table.capacity());
        }
    }

    /** Re-sorts everything: O(n log n), and only when another weight has taken the majority. */
    @Override
    void referenceWeight(int weight) {
        int rate = LoadScore.rate(weight, LoadScore.FULL_PERMILLE);
        if (rate == referenceRate) {
            return;
        }
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < table.limit(); slot++) {
            if (table.nodeOrNull(slot) != null && table.place(slot) >= 0) {
                table.sequence(slot, rankWithin(slot));
                slots.add(slot);
            }
        }
        slots.sort(Comparator.comparingLong(table::sequence));
        for (int slot : slots) {
            exit(slot);
        }
        referenceRate = rate;
        for (int slot : slots) {
            if (table.rate(slot) == rate) {
                append(slot, table.load(slot), table.sequence(slot));
            } else {
                table.place(slot, IN_HEAP);
                odd.add(slot, table.score(slot), table.sequence(slot), table.capacity());
            }
        }
    }

    @Override
    long rank(int slot) {
        return table.score(slot);
    }

    @Override
    long rankWithin(int slot) {
        return table.place(slot) == IN_HEAP ? odd.sequence(slot) : table.sequence(slot);
    }

    /** Before its ties, but after newcomers that came later still. */
    private void prepend(int slot, int load, long sequence) {
        reserve(load);
        int after = NONE;
        int before = isOccupied(load) ? ends[2 * load] : NONE;
        while (before != NONE && table.sequence(before) < sequence) {
            after = before;
            before = table.next(before);
        }
        table.prev(slot, after);
        table.next(slot, before);
        if (after == NONE) {
            ends[2 * load] = slot;
        } else {
            table.next(after, slot);
        }
        if (before == NONE) {
            ends[2 * load + 1] = slot;
        } else {
            table.prev(before, slot);
        }
        placed(slot, load, sequence);
    }

    private void append(int slot, int load, long sequence) {
        reserve(load);
        if (isOccupied(load)) {
            int tail = ends[2 * load + 1];
            table.next(tail, slot);
            table.prev(slot, tail);
        } else {
            ends[2 * load] = slot;
            table.prev(slot, NONE);
        }
        table.next(slot, NONE);
        ends[2 * load + 1] = slot;
        placed(slot, load, sequence);
    }

    private void placed(int slot, int load, long sequence) {
        table.place(slot, load);
        table.sequence(slot, sequence);
        occupied[load >> 6] |= 1L << load;
        if (listed++ == 0 || load < least) {
            least = load;
        }
    }

    private void unlink(int slot, int load) {
        int prev = table.prev(slot);
        int next = table.next(slot);
        if (prev == NONE) {
            ends[2 * load] = next;
        } else {
            table.next(prev, next);
        }
        if (next == NONE) {
            ends[2 * load + 1] = prev;
        } else {
            table.prev(next, prev);
        }
        if (prev == NONE && next == NONE) {
            occupied[load >> 6] &= ~(1L << load);
        }
        listed--;
    }

    private boolean isOccupied(int load) {
        return (occupied[load >> 6] & (1L << load)) != 0;
    }

    private void findLeast() {
        int word = least >> 6;
        long bits = occupied[word] & (-1L << least);
        while (bits == 0) {
            bits = occupied[++word];
        }
        least = (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    private void reserve(int load) {
        if (load >> 6 >= occupied.length) {
            int words = Math.max(2 * occupied.length, (load >> 6) + 1);
            occupied = Arrays.copyOf(occupied, words);
            ends = Arrays.copyOf(ends, 2 * 64 * words);
        }
    }
}
