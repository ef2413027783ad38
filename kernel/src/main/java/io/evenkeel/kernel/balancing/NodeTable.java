package io.evenkeel.kernel.balancing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a queue as arrays of integers. With very many nodes a pick costs what its cache
 * misses cost, so all that a pick and a release touch of a node is packed into 16 bytes; the rest
 * lies apart and is touched rarely. Guarded by the queue's lock.
 */
final class NodeTable {
    /** Standing: not to be picked. */
    static final int OFF = 0;

    /** Standing: would be in the order, but is at its cap. */
    static final int PARKED = 1;

    /** Standing: in the order. */
    static final int IN = 2;

    /** Standing: in the order, at the place where the order keeps the odd ones. */
    static final int IN_ODD = 3;

    private static final int STRIDE = 4;

    /** Links or positions, as the order likes. */
    private static final int NEXT = 0;

    private static final int PREV = 1;

    /** Outstanding in the low half, cap in the high. */
    private static final int BUSY = 2;

    /** From the low end: 16 bits extra load, 2 standing, marked, fresh, gone, 11 completed. */
    private static final int STATE = 3;

    private static final int HALF = 0xFFFF;
    private static final int STANDING_SHIFT = 16;
    private static final int STANDING = 3 << STANDING_SHIFT;
    private static final int MARKED = 1 << 18;
    private static final int FRESH = 1 << 19;
    private static final int GONE = 1 << 20;
    private static final int COMPLETED_SHIFT = 21;
    private static final int COMPLETED_BITS = 11;

    /** STRIDE integers a slot. */
    private int[] hot = new int[16 * STRIDE];

    private long[] sequences = new long[16];
    private int[] completedHigh = new int[16];
    private int[] rates = new int[16];
    private int[] latencyMicros = new int[16];
    private @Nullable Node[] nodes = new @Nullable Node[16];

    /** Nodes made ahead for slots never used. */
    private @Nullable Node[] unborn = new @Nullable Node[0];

    private int[] free = new int[16];
    private int freeCount;
    private int used;

    NodeTable() {}

    /** A slot for one node more, all its values at rest. */
    int take() {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == nodes.length) {
            int capacity = slot * 2;
            hot = Arrays.copyOf(hot, capacity * STRIDE);
            sequences = Arrays.copyOf(sequences, capacity);
            completedHigh = Arrays.copyOf(completedHigh, capacity);
            rates = Arrays.copyOf(rates, capacity);
            latencyMicros = Arrays.copyOf(latencyMicros, capacity);
            nodes = Arrays.copyOf(nodes, capacity);
        }
        Arrays.fill(hot, slot * STRIDE, (slot + 1) * STRIDE, 0);
        sequences[slot] = 0;
        completedHigh[slot] = 0;
        latencyMicros[slot] = 0;
        return slot;
    }

    /** Gives the slot back. */
    void free(int slot) {
        nodes[slot] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
    }

    /** A node for a slot just taken; those of new slots lie side by side in memory. */
    Node bear(int slot) {
        if (slot >= unborn.length) {
            int from = unborn.length;
            unborn = Arrays.copyOf(unborn, capacity());
            for (int i = from; i < unborn.length; i++) {
                unborn[i] = new Node(i);
            }
        }
        Node made = unborn[slot];
        unborn[slot] = null;
        Node node = made == null ? new Node(slot) : made;
        nodes[slot] = node;
        return node;
    }

    /** Slots in use lie below this. */
    int limit() {
        return used;
    }

    /** Slots that fit without growing: every array by slot has to be this long. */
    int capacity() {
        return nodes.length;
    }

    @Nullable Node nodeOrNull(int slot) {
        return nodes[slot];
    }

    Node node(int slot) {
        Node node = nodes[slot];
        if (node == null) {
            throw new IllegalStateException("slot " + slot + " holds no node");
        }
        return node;
    }

    int next(int slot) {
        return hot[slot * STRIDE + NEXT];
    }

    void next(int slot, int value) {
        hot[slot * STRIDE + NEXT] = value;
    }

    int prev(int slot) {
        return hot[slot * STRIDE + PREV];
    }

    void prev(int slot, int value) {
        hot[slot * STRIDE + PREV] = value;
    }

    /** {@link #OFF}, {@link #PARKED}, {@link #IN} or {@link #IN_ODD}. */
    int standing(int slot) {
        return (hot[slot * STRIDE + STATE] & STANDING) >> STANDING_SHIFT;
    }

    void standing(int slot, int value) {
        int at = slot * STRIDE + STATE;
        hot[at] = (hot[at] & ~STANDING) | value << STANDING_SHIFT;
    }

    boolean isInOrder(int slot) {
        return standing(slot) >= IN;
    }

    int outstanding(int slot) {
        return hot[slot * STRIDE + BUSY] & HALF;
    }

    /**
     * One request more; there is room for it, since caps are at most {@link LoadScore#MAX_LOAD}.
     */
    void raise(int slot) {
        hot[slot * STRIDE + BUSY]++;
    }

    /** One request less, of at least one; completed ones are counted. */
    void lower(int slot) {
        int at = slot * STRIDE;
        hot[at + BUSY]--;
        int state = hot[at + STATE] + (1 << COMPLETED_SHIFT);
        hot[at + STATE] = state;
        if (state >>> COMPLETED_SHIFT == 0) {
            completedHigh[slot]++;
        }
    }

    /** Releases so far; wraps around. */
    int completed(int slot) {
        return completedHigh[slot] << COMPLETED_BITS
                | hot[slot * STRIDE + STATE] >>> COMPLETED_SHIFT;
    }

    /** Surplus and penalty together, in requests. */
    int extra(int slot) {
        return hot[slot * STRIDE + STATE] & HALF;
    }

    void extra(int slot, int value) {
        int at = slot * STRIDE + STATE;
        hot[at] = (hot[at] & ~HALF) | Math.min(value, HALF);
    }

    /** Whether outlier detection wants to hear of its next success. */
    boolean isMarked(int slot) {
        return (hot[slot * STRIDE + STATE] & MARKED) != 0;
    }

    void mark(int slot, boolean value) {
        flag(slot, MARKED, value);
    }

    /** Whether it is a newcomer that stands before its ties. */
    boolean isFresh(int slot) {
        return (hot[slot * STRIDE + STATE] & FRESH) != 0;
    }

    void fresh(int slot, boolean value) {
        flag(slot, FRESH, value);
    }

    /** Whether its node has left the service, and only waits for its last release. */
    boolean isGone(int slot) {
        return (hot[slot * STRIDE + STATE] & GONE) != 0;
    }

    void gone(int slot) {
        flag(slot, GONE, true);
    }

    private void flag(int slot, int bit, boolean value) {
        int at = slot * STRIDE + STATE;
        hot[at] = value ? hot[at] | bit : hot[at] & ~bit;
    }

    /** The load by {@link LoadScore}. */
    int load(int slot) {
        return Math.min(LoadScore.MAX_LOAD, outstanding(slot) + extra(slot));
    }

    int cap(int slot) {
        return hot[slot * STRIDE + BUSY] >>> 16;
    }

    void cap(int slot, int value) {
        hot[slot * STRIDE + BUSY] = outstanding(slot) | value << 16;
    }

    boolean isFull(int slot) {
        return outstanding(slot) >= cap(slot);
    }

    /** When it came to its place, as far as its order needs that: less is earlier. */
    long sequence(int slot) {
        return sequences[slot];
    }

    void sequence(int slot, long value) {
        sequences[slot] = value;
    }

    /** Weight × slow-start factor: see {@link LoadScore#rate}. */
    int rate(int slot) {
        return rates[slot];
    }

    void rate(int slot, int value) {
        rates[slot] = value;
    }

    int latencyMicros(int slot) {
        return latencyMicros[slot];
    }

    void latencyMicros(int slot, int value) {
        latencyMicros[slot] = value;
    }

    long score(int slot) {
        return LoadScore.score(load(slot), rates[slot]);
    }
}
