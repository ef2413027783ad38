package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * Finds the node of the endpoint that a session is bound to, by the hash of its id. Open addressing
 * with linear probing, so that a look-up neither allocates nor chases pointers. Guarded by the
 * queue's lock.
 */
final class SessionIndex {
    private static final int EMPTY = -1;

    private long[] hashes = new long[16];
    private int[] slots = new int[16];
    private int count;

    SessionIndex() {
        Arrays.fill(slots, EMPTY);
    }

    /** The slot of the endpoint with this hash, or -1. */
    int slot(long hash) {
        int mask = slots.length - 1;
        for (int at = (int) hash & mask; slots[at] != EMPTY; at = (at + 1) & mask) {
            if (hashes[at] == hash) {
                return slots[at];
            }
        }
        return -1;
    }

    void add(long hash, int slot) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        put(hash, slot);
        count++;
    }

    private void put(long hash, int slot) {
        int mask = slots.length - 1;
        int at = (int) hash & mask;
        while (slots[at] != EMPTY) {
            at = (at + 1) & mask;
        }
        hashes[at] = hash;
        slots[at] = slot;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldSlots = slots;
        hashes = new long[2 * oldSlots.length];
        slots = new int[2 * oldSlots.length];
        Arrays.fill(slots, EMPTY);
        for (int i = 0; i < oldSlots.length; i++) {
            if (oldSlots[i] != EMPTY) {
                put(oldHashes[i], oldSlots[i]);
            }
        }
    }

    /** Takes out this slot; what stands behind it moves up where it would not be found else. */
    void remove(long hash, int slot) {
        int mask = slots.length - 1;
        int at = (int) hash & mask;
        while (slots[at] != slot) {
            if (slots[at] == EMPTY) {
                return;
            }
            at = (at + 1) & mask;
        }
        count--;
        int gap = at;
        for (int i = (gap + 1) & mask; slots[i] != EMPTY; i = (i + 1) & mask) {
            int home = (int) hashes[i] & mask;
            if (((i - home) & mask) >= ((i - gap) & mask)) {
                hashes[gap] = hashes[i];
                slots[gap] = slots[i];
                gap = i;
            }
        }
        slots[gap] = EMPTY;
    }
}
