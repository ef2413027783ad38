package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * The exact load queue. Nodes of the reference rate (the weight that most have, at full strength)
 * are kept in one FIFO list per load, with a bitmap of the lists that hold something: O(1). The few
 * others, of another weight or in slow start, are in a heap by score: O(log of their number). The
 * head is the lesser of the two heads by (score, sequence), so the whole is exact, and a newcomer
 * in slow start costs its peers nothing.
 *
 * <p>The sequence says when a node came to its score. It rises with every change of score, and is
 * negative and falling for fresh newcomers, which therefore stand before all their ties. Within a
 * list the links tell the order, so a listed node's sequence only decides ties with the heap. While
 * the heap is empty it isn't written, which saves a cache miss: every sequence that is given out
 * later is greater, so a stale one still says rightly that its node came before.
 */
final class LeastLoadOrder extends Order {
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

    /**
     * The fresh node that was put in its place last: where the next one's is looked for, as they
     * come in rows. A hundred thousand that end their slow start together would else walk past one
     * another.
     */
    private int lastFresh = NONE;

    LeastLoadOrder(NodeTable table) {
        super(table);
    }

    @Override
    int head(PickContext context) {
        if (odd.isEmpty()) {
            return listed == 0 ? NONE : ends[2 * least];
        }
        int other = odd.head();
        if (listed == 0) {
            return other;
        }
        int slot = ends[2 * least];
        return precedes(slot, least, other) ? slot : other;
    }

    /** Whether a listed node of this load stands before one in the heap. */
    private boolean precedes(int slot, int load, int other) {
        long score = LoadScore.score(load, referenceRate);
        long otherScore = odd.key(other);
        return score < otherScore
                || (score == otherScore && table.sequence(slot) < odd.sequence(other));
    }

    @Override
    void picked(int slot, int loadBefore) {
        if (table.standing(slot) == NodeTable.IN_ODD) {
            settle(slot);
            odd.update(slot, table.score(slot), nextSequence++);
            return;
        }
        move(slot, loadBefore);
    }

    @Override
    void moved(int slot, int loadBefore) {
        if (table.standing(slot) == NodeTable.IN_ODD) {
            long score = table.score(slot);
            if (score != odd.key(slot)) {
                settle(slot);
                odd.update(slot, score, nextSequence++);
            }
        } else if (table.load(slot) != loadBefore) {
            move(slot, loadBefore);
        }
    }

    /** It is no newcomer any more, nor looks like one by its sequence. */
    private void settle(int slot) {
        if (table.isFresh(slot)) {
            table.fresh(slot, false);
            table.sequence(slot, 0);
        }
    }

    /** From the list of one load to the tail of another's: the work of every pick and release. */
    private void move(int slot, int loadBefore) {
        unlink(slot, loadBefore);
        int load = table.load(slot);
        link(slot, load);
        if (load < least) {
            least = load;
        } else if (loadBefore == least && !isOccupied(least)) {
            findLeast();
        }
    }

    @Override
    void enter(int slot, boolean first) {
        table.fresh(slot, first);
        if (table.rate(slot) != referenceRate) {
            addOdd(slot, first ? nextNewcomer-- : nextSequence++);
        } else if (first) {
            table.sequence(slot, nextNewcomer--);
            prepend(slot, table.load(slot));
        } else {
            append(slot, table.load(slot));
        }
    }

    @Override
    void restore(int slot) {
        if (table.rate(slot) == referenceRate) {
            prepend(slot, table.load(slot));
        } else {
            addOdd(slot, odd.sequence(slot));
        }
    }

    private void addOdd(int slot, long sequence) {
        table.standing(slot, NodeTable.IN_ODD);
        odd.add(slot, table.score(slot), sequence, table.capacity());
    }

    @Override
    void exit(int slot) {
        if (table.standing(slot) == NodeTable.IN_ODD) {
            odd.remove(slot);
            return;
        }
        if (slot == lastFresh) {
            int prev = table.prev(slot);
            lastFresh = prev == NONE ? table.next(slot) : prev;
        }
        unlink(slot, table.load(slot));
        listed--;
        if (listed > 0 && !isOccupied(least)) {
            findLeast();
        }
    }

    @Override
    void rated(int slot) {
        boolean isOdd = table.standing(slot) == NodeTable.IN_ODD;
        boolean becomesOdd = table.rate(slot) != referenceRate;
        if (isOdd && becomesOdd) {
            moved(slot, table.load(slot));
        } else if (isOdd) {
            odd.remove(slot);
            if (table.isFresh(slot)) {
                // Never picked since it came: it keeps its place before its ties.
                table.sequence(slot, odd.sequence(slot));
                prepend(slot, table.load(slot));
            } else {
                append(slot, table.load(slot));
            }
        } else if (becomesOdd) {
            exit(slot);
            addOdd(slot, table.isFresh(slot) ? table.sequence(slot) : nextSequence++);
        }
    }

    /** Re-sorts everything: O(n log n), and only when another weight has taken the majority. */
    @Override
    void referenceWeight(int weight) {
        int rate = LoadScore.rate(weight, LoadScore.FULL_PERMILLE);
        if (rate == referenceRate) {
            return;
        }
        int[] before = ranking(Integer.MAX_VALUE);
        for (int slot : before) {
            if (table.isFresh(slot) && table.standing(slot) == NodeTable.IN_ODD) {
                table.sequence(slot, odd.sequence(slot));
            }
            exit(slot);
        }
        referenceRate = rate;
        for (int slot : before) {
            if (table.rate(slot) != rate) {
                addOdd(slot, table.isFresh(slot) ? table.sequence(slot) : nextSequence++);
            } else if (table.isFresh(slot)) {
                prepend(slot, table.load(slot));
            } else {
                append(slot, table.load(slot));
            }
        }
    }

    /**
     * Both structures merged, head first. Fresh nodes have their sequence in the table after it.
     */
    @Override
    int[] ranking(int most) {
        int[] heaped = odd.smallest(most);
        int[] ranking = new int[(int) Math.min(most, (long) listed + heaped.length)];
        int count = 0;
        int next = 0;
        for (int load = least; count < ranking.length && count - next < listed; load++) {
            int slot = isOccupied(load) ? ends[2 * load] : NONE;
            for (; slot != NONE && count < ranking.length; slot = table.next(slot)) {
                while (next < heaped.length
                        && count < ranking.length
                        && !precedes(slot, load, heaped[next])) {
                    ranking[count++] = heaped[next++];
                }
                if (count < ranking.length) {
                    ranking[count++] = slot;
                }
            }
        }
        while (count < ranking.length) {
            ranking[count++] = heaped[next++];
        }
        return ranking;
    }

    /** Without a look at the node's own rate, which lies in memory that a pick needn't touch. */
    @Override
    int rate(int slot) {
        return table.standing(slot) == NodeTable.IN_ODD ? table.rate(slot) : referenceRate;
    }

    /** Before its ties, but a fresh one after those that are fresher still. */
    private void prepend(int slot, int load) {
        reserve(load);
        int before = isOccupied(load) ? ends[2 * load] : NONE;
        int after = NONE;
        if (table.isFresh(slot)) {
            before = fresherUpTo(slot, before, load);
            after = before == NONE ? tail(load) : table.prev(before);
            lastFresh = slot;
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
        occupied[load >> 6] |= 1L << load;
        placed(slot, load);
    }

    /** The first of a list's nodes that a fresh one stands before; fresh ones are in its front. */
    private int fresherUpTo(int slot, int first, int load) {
        long sequence = table.sequence(slot);
        int before = first;
        if (before != NONE && isFreshIn(lastFresh, load)) {
            before = lastFresh;
            int prev = table.prev(before);
            while (prev != NONE && table.sequence(before) > sequence) {
                before = prev;
                prev = table.prev(before);
            }
        }
        while (before != NONE && table.isFresh(before) && table.sequence(before) < sequence) {
            before = table.next(before);
        }
        return before;
    }

    private boolean isFreshIn(int slot, int load) {
        return slot != NONE
                && table.standing(slot) == NodeTable.IN
                && table.load(slot) == load
                && table.isFresh(slot);
    }

    private int tail(int load) {
        return isOccupied(load) ? ends[2 * load + 1] : NONE;
    }

    private void append(int slot, int load) {
        link(slot, load);
        placed(slot, load);
    }

    private void link(int slot, int load) {
        reserve(load);
        if (!odd.isEmpty() || table.isFresh(slot)) {
            table.fresh(slot, false);
            table.sequence(slot, nextSequence++);
        }
        if (isOccupied(load)) {
            int tail = ends[2 * load + 1];
            table.next(tail, slot);
            table.prev(slot, tail);
        } else {
            occupied[load >> 6] |= 1L << load;
            ends[2 * load] = slot;
            table.prev(slot, NONE);
        }
        table.next(slot, NONE);
        ends[2 * load + 1] = slot;
    }

    private void placed(int slot, int load) {
        table.standing(slot, NodeTable.IN);
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
