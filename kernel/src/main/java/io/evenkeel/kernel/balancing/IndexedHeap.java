package io.evenkeel.kernel.balancing;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Binary heap of slots by (key, sequence), both ascending, that knows where each slot is: head
 * O(1), the rest O(log n). Guarded by the queue's lock.
 */
final class IndexedHeap {
    private int[] heap = new int[16];
    private int[] position = new int[0];
    private long[] keys = new long[0];
    private long[] sequences = new long[0];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int head() {
        return heap[0];
    }

    long key(int slot) {
        return keys[slot];
    }

    long sequence(int slot) {
        return sequences[slot];
    }

    /** The first slots in ascending order: O(most log most), whatever the size. */
    int[] smallest(int most) {
        int[] first = new int[Math.min(most, size)];
        // Places whose parents are taken: the next is among them.
        PriorityQueue<Integer> open =
                new PriorityQueue<>((a, b) -> before(heap[a], heap[b]) ? -1 : a.equals(b) ? 0 : 1);
        if (size > 0) {
            open.add(0);
        }
        for (int count = 0; count < first.length; count++) {
            int at = open.remove();
            first[count] = heap[at];
            for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
                open.add(child);
            }
        }
        return first;
    }

    /** Adds a slot that is not in it. */
    void add(int slot, long key, long sequence, int capacity) {
        if (keys.length < capacity) {
            position = Arrays.copyOf(position, capacity);
            keys = Arrays.copyOf(keys, capacity);
            sequences = Arrays.copyOf(sequences, capacity);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        keys[slot] = key;
        sequences[slot] = sequence;
        up(size++, slot);
    }

    /** Takes a slot out that is in it. */
    void remove(int slot) {
        int hole = position[slot];
        int last = heap[--size];
        if (last != slot) {
            place(hole, last);
        }
    }

    /** Moves a slot that is in it. */
    void update(int slot, long key, long sequence) {
        keys[slot] = key;
        sequences[slot] = sequence;
        place(position[slot], slot);
    }

    /** Lowers every key; their order stays. */
    void subtract(long amount) {
        for (int i = 0; i < size; i++) {
            keys[heap[i]] -= amount;
        }
    }

    private boolean before(int a, int b) {
        return keys[a] < keys[b] || (keys[a] == keys[b] && sequences[a] < sequences[b]);
    }

    private void place(int at, int slot) {
        if (at > 0 && before(slot, heap[(at - 1) >> 1])) {
            up(at, slot);
        } else {
            down(at, slot);
        }
    }

    private void up(int from, int slot) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >> 1;
            int other = heap[parent];
            if (!before(slot, other)) {
                break;
            }
            heap[at] = other;
            position[other] = at;
            at = parent;
        }
        heap[at] = slot;
        position[slot] = at;
    }

    private void down(int from, int slot) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            int other = heap[child];
            if (!before(other, slot)) {
                break;
            }
            heap[at] = other;
            position[other] = at;
            at = child;
        }
        heap[at] = slot;
        position[slot] = at;
    }
}
