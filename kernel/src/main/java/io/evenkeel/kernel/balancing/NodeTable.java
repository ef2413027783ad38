package io.evenkeel.kernel.balancing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a queue as arrays of integers: what a pick and a release touch of one node is half a
 * cache line. Guarded by the queue's lock.
 */
final class NodeTable {
    /** Not in the order: not to be picked. */
    static final int OFF = -1;

    /** Would be in the order, but is at its cap. */
    static final int PARKED = -2;

    private static final int STRIDE = 8;
    private static final int NEXT = 0;
    private static final int PREV = 1;
    private static final int PLACE = 2;
    private static final int OUTSTANDING = 3;
    private static final int EXTRA = 4;
    private static final int CAP = 5;
    private static final int SEQUENCE_LOW = 6;
    private static final int SEQUENCE_HIGH = 7;

    /** STRIDE integers a slot. */
    private int[] hot = new int[16 * STRIDE];

    private int[] rates = new int[16];
    private @Nullable Node[] nodes = new @Nullable Node[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;

    /** A slot for one node more, all its values at rest. */
    int take() {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == nodes.length) {
            int capacity = slot * 2;
            hot = Arrays.copyOf(hot, capacity * STRIDE);
            rates = Arrays.copyOf(rates, capacity);
            nodes = Arrays.copyOf(nodes, capacity);
        }
        Arrays.fill(hot, slot * STRIDE, (slot + 1) * STRIDE, 0);
        place(slot, OFF);
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

    void put(int slot, Node node) {
        nodes[slot] = node;
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

    /** {@link #OFF}, {@link #PARKED}, or its place in the order, which is the order's to say. */
    int place(int slot) {
        return hot[slot * STRIDE + PLACE];
    }

    void place(int slot, int value) {
        hot[slot * STRIDE + PLACE] = value;
    }

    int outstanding(int slot) {
        return hot[slot * STRIDE + OUTSTANDING];
    }

    /** One request more; returns how many are outstanding then. */
    int raise(int slot) {
        return ++hot[slot * STRIDE + OUTSTANDING];
    }

    /** One request less; returns how many are outstanding then. */
    int lower(int slot) {
        return --hot[slot * STRIDE + OUTSTANDING];
    }

    /** Surplus and penalty together, in requests. */
    int extra(int slot) {
        return hot[slot * STRIDE + EXTRA];
    }

    void extra(int slot, int value) {
        hot[slot * STRIDE + EXTRA] = value;
    }

    /** The load by {@link LoadScore}. */
    int load(int slot) {
        return Math.min(
                LoadScore.MAX_LOAD, hot[slot * STRIDE + OUTSTANDING] + hot[slot * STRIDE + EXTRA]);
    }

    int cap(int slot) {
        return hot[slot * STRIDE + CAP];
    }

    void cap(int slot, int value) {
        hot[slot * STRIDE + CAP] = value;
    }

    boolean isFull(int slot) {
        return hot[slot * STRIDE + OUTSTANDING] >= hot[slot * STRIDE + CAP];
    }

    /** When it came to its place: less is earlier; negative for a newcomer not yet picked. */
    long sequence(int slot) {
        return ((long) hot[slot * STRIDE + SEQUENCE_HIGH] << 32)
                | (hot[slot * STRIDE + SEQUENCE_LOW] & 0xFFFF_FFFFL);
    }

    void sequence(int slot, long value) {
        hot[slot * STRIDE + SEQUENCE_HIGH] = (int) (value >> 32);
        hot[slot * STRIDE + SEQUENCE_LOW] = (int) value;
    }

    /** Weight × slow-start factor: see {@link LoadScore#rate}. */
    int rate(int slot) {
        return rates[slot];
    }

    void rate(int slot, int value) {
        rates[slot] = value;
    }

    long score(int slot) {
        return LoadScore.score(load(slot), rates[slot]);
    }
}
