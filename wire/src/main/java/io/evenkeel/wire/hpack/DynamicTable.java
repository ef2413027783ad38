package io.evenkeel.wire.hpack;

import java.util.Arrays;

/**
 * The dynamic table (RFC 7541, section 2.3.2): a ring of entries, newest first, over one array of
 * octets. New octets go behind the last; when the array is full, those of living entries move to
 * its front. It is twice the table's size, so a move is paid for by as many octets added.
 */
final class DynamicTable {
    /** What an entry counts beyond its octets (section 4.1). */
    static final int OVERHEAD = 32;

    private static final byte[] NONE = {};

    private final int most;
    private final int mask;
    private final int[] start;
    private final int[] nameLengths;
    private final int[] lengths;
    private final int[] nameHashes;
    private final int[] hashes;
    private byte[] octets = NONE;
    private int tail;
    private int newest;
    private int count;
    private int size;
    private int capacity;

    /** A table that may be set to at most {@code mostBytes}, and begins so. */
    DynamicTable(int mostBytes) {
        most = mostBytes;
        capacity = mostBytes;
        int slots = Integer.highestOneBit(Math.max(1, mostBytes / OVERHEAD)) * 2;
        mask = slots - 1;
        start = new int[slots];
        nameLengths = new int[slots];
        lengths = new int[slots];
        nameHashes = new int[slots];
        hashes = new int[slots];
    }

    int count() {
        return count;
    }

    /** By the RFC's reckoning: octets and 32 for each entry. */
    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    /** Changes the size allowed, 0 to the most, and evicts what no longer fits. */
    void capacity(int bytes) {
        capacity = bytes;
        evict(0);
    }

    /** The array that holds the entries' octets; valid until the next {@link #add}. */
    byte[] octets() {
        return octets;
    }

    /** Where the entry's name begins; its value is right behind. 1 is the newest. */
    int start(int index) {
        return start[slot(index)];
    }

    int nameLength(int index) {
        return nameLengths[slot(index)];
    }

    /** Name and value together. */
    int length(int index) {
        return lengths[slot(index)];
    }

    /**
     * Adds an entry whose name and value stand behind each other in {@code text}, which is not
     * {@link #octets}. One that is larger than the table empties it (section 4.4).
     */
    void add(byte[] text, int from, int nameLength, int length, int nameHash, int hash) {
        int added = length + OVERHEAD;
        evict(added);
        if (added > capacity) {
            return;
        }
        if (tail + length > octets.length) {
            makeRoom(length);
        }
        System.arraycopy(text, from, octets, tail, length);
        newest = (newest + 1) & mask;
        start[newest] = tail;
        nameLengths[newest] = nameLength;
        lengths[newest] = length;
        nameHashes[newest] = nameHash;
        hashes[newest] = hash;
        tail += length;
        size += added;
        count++;
    }

    /** The newest entry with this name and value, or 0. */
    int match(byte[] text, int nameLength, int length, int hash) {
        for (int i = 1; i <= count; i++) {
            int slot = slot(i);
            if (hashes[slot] == hash
                    && nameLengths[slot] == nameLength
                    && equal(slot, text, lengths[slot], length)) {
                return i;
            }
        }
        return 0;
    }

    /** The newest entry with this name, or 0. */
    int matchName(byte[] text, int nameLength, int nameHash) {
        for (int i = 1; i <= count; i++) {
            int slot = slot(i);
            if (nameHashes[slot] == nameHash && equal(slot, text, nameLengths[slot], nameLength)) {
                return i;
            }
        }
        return 0;
    }

    private boolean equal(int slot, byte[] text, int held, int length) {
        int from = start[slot];
        return Arrays.equals(octets, from, from + held, text, 0, length);
    }

    private int slot(int index) {
        return (newest - (index - 1)) & mask;
    }

    private void evict(int forBytes) {
        while (count > 0 && size + forBytes > capacity) {
            size -= lengths[slot(count)] + OVERHEAD;
            count--;
        }
    }

    private void makeRoom(int length) {
        int live = size - count * OVERHEAD;
        int oldest = count == 0 ? tail : start[slot(count)];
        byte[] to = octets;
        if (octets.length < 2 * (live + length)) {
            to = new byte[Math.min(2 * most, Math.max(256, 4 * (live + length)))];
        }
        System.arraycopy(octets, oldest, to, 0, live);
        for (int i = 1; i <= count; i++) {
            start[slot(i)] -= oldest;
        }
        octets = to;
        tail = live;
    }
}
