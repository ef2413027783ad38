package io.evenkeel.wire.hpack;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * Encodes header blocks of one connection (RFC 7541). A field is written whole or, if {@code out}
 * lacks {@link #room}, not at all and without a trace in the table. Not thread-safe.
 */
public final class HpackEncoder {
    private static final int NO_UPDATE = -1;

    private final DynamicTable table;
    private final int most;
    private final boolean huffman;
    private byte[] text = new byte[256];
    private int smallest = NO_UPDATE;
    private int target;

    /**
     * An encoder for a peer of which nothing is known yet.
     *
     * @param tableBytes the most this end uses of what the peer allows, 0 to 1 MiB. The peer is
     *     told if it is below the 4,096 that both begin with
     * @param huffman whether to Huffman-code strings that get no longer by it: fewer octets for
     *     more work
     */
    public HpackEncoder(int tableBytes, boolean huffman) {
        if (tableBytes < 0 || tableBytes > 1 << 20) {
            throw new IllegalArgumentException(
                    "table size: %d (expected: 0 to 1048576)".formatted(tableBytes));
        }
        this.most = tableBytes;
        this.huffman = huffman;
        table = new DynamicTable(tableBytes);
        target = Math.min(4_096, tableBytes);
        table.capacity(target);
        if (tableBytes < 4_096) {
            smallest = target;
        }
    }

    /**
     * The peer allows this much from now on (SETTINGS_HEADER_TABLE_SIZE); the next block says what
     * is used of it.
     */
    public void allow(long tableBytes) {
        int size = (int) Math.min(tableBytes, most);
        if (size == target) {
            return;
        }
        smallest = smallest == NO_UPDATE ? size : Math.min(smallest, size);
        target = size;
        table.capacity(size);
    }

    int tableSize() {
        return table.size();
    }

    /** Room in bytes that surely holds a field with names and values of these lengths. */
    public static int room(int nameLength, int valueLength) {
        // Two size updates, an index and two lengths, of at most 6 octets each.
        return nameLength + valueLength + 30;
    }

    /**
     * Appends a field whose name, in any case, and value are octets of buffers; their position and
     * limit don't matter.
     *
     * @throws BufferOverflowException if {@code out} has less than {@link #room}
     */
    public void field(
            ByteBuffer name,
            int nameFrom,
            int nameTo,
            ByteBuffer value,
            int valueFrom,
            int valueTo,
            Indexing indexing,
            ByteBuffer out) {
        int nameLength = nameTo - nameFrom;
        int valueLength = valueTo - valueFrom;
        reserve(nameLength, valueLength, out);
        name.get(nameFrom, text, 0, nameLength);
        for (int i = 0; i < nameLength; i++) {
            byte octet = text[i];
            if (octet >= 'A' && octet <= 'Z') {
                text[i] = (byte) (octet | 0x20);
            }
        }
        value.get(valueFrom, text, nameLength, valueLength);
        encode(nameLength, valueLength, indexing, out);
    }

    /**
     * Appends a field whose name is known, in lower case, and whose value is octets of a buffer.
     *
     * @throws BufferOverflowException if {@code out} has less than {@link #room}
     */
    public void field(
            String name,
            ByteBuffer value,
            int valueFrom,
            int valueTo,
            Indexing indexing,
            ByteBuffer out) {
        reserve(name.length(), valueTo - valueFrom, out);
        put(name, 0);
        value.get(valueFrom, text, name.length(), valueTo - valueFrom);
        encode(name.length(), valueTo - valueFrom, indexing, out);
    }

    /**
     * Appends a field; the name is in lower case, and characters of both are octets (ISO 8859-1).
     *
     * @throws BufferOverflowException if {@code out} has less than {@link #room}
     */
    public void field(String name, String value, Indexing indexing, ByteBuffer out) {
        reserve(name.length(), value.length(), out);
        put(name, 0);
        put(value, name.length());
        encode(name.length(), value.length(), indexing, out);
    }

    private void put(String characters, int from) {
        for (int i = 0; i < characters.length(); i++) {
            text[from + i] = (byte) characters.charAt(i);
        }
    }

    private void reserve(int nameLength, int valueLength, ByteBuffer out) {
        if (out.remaining() < room(nameLength, valueLength)) {
            throw new BufferOverflowException();
        }
        if (text.length < nameLength + valueLength) {
            text = new byte[2 * (nameLength + valueLength)];
        }
    }

    private void encode(int nameLength, int valueLength, Indexing asked, ByteBuffer out) {
        updateSize(out);
        int length = nameLength + valueLength;
        int nameHash = StaticTable.hash(0, text, 0, nameLength);
        int known = StaticTable.find(text, nameLength, nameHash);
        Indexing indexing = asked == Indexing.AUTO ? handling(known, length) : asked;
        int first = known < 0 ? 0 : StaticTable.index(known);
        if (indexing == Indexing.NEVER) {
            literal(0x10, 4, nameIndex(first, nameLength, nameHash), nameLength, length, out);
            return;
        }
        int match = first == 0 ? 0 : StaticTable.match(first, text, nameLength, valueLength);
        // What never enters the table is not looked for there either.
        int hash = 0;
        if (match == 0 && indexing == Indexing.INDEX) {
            hash = StaticTable.hash(nameHash, text, nameLength, valueLength);
            int entry = table.match(text, nameLength, length, hash);
            match = entry == 0 ? 0 : StaticTable.COUNT + entry;
        }
        if (match != 0) {
            integer(0x80, 7, match, out);
            return;
        }
        int name = nameIndex(first, nameLength, nameHash);
        if (indexing == Indexing.LITERAL) {
            literal(0, 4, name, nameLength, length, out);
            return;
        }
        literal(0x40, 6, name, nameLength, length, out);
        table.add(text, 0, nameLength, length, nameHash, hash);
    }

    private Indexing handling(int known, int length) {
        Indexing indexing = known < 0 ? Indexing.INDEX : StaticTable.handling(known);
        boolean fits = length + DynamicTable.OVERHEAD <= table.capacity() / 2;
        return indexing == Indexing.INDEX && !fits ? Indexing.LITERAL : indexing;
    }

    private int nameIndex(int first, int nameLength, int nameHash) {
        if (first != 0) {
            return first;
        }
        int entry = table.matchName(text, nameLength, nameHash);
        return entry == 0 ? 0 : StaticTable.COUNT + entry;
    }

    private void literal(
            int pattern, int prefix, int name, int nameLength, int length, ByteBuffer out) {
        integer(pattern, prefix, name, out);
        if (name == 0) {
            string(0, nameLength, out);
        }
        string(nameLength, length - nameLength, out);
    }

    private void string(int from, int length, ByteBuffer out) {
        if (huffman) {
            int coded = Huffman.encodedLength(text, from, length);
            if (coded <= length) {
                integer(0x80, 7, coded, out);
                Huffman.encode(text, from, length, out);
                return;
            }
        }
        integer(0, 7, length, out);
        out.put(text, from, length);
    }

    /** Between two blocks the smallest size and the last are told (section 4.2). */
    private void updateSize(ByteBuffer out) {
        if (smallest == NO_UPDATE) {
            return;
        }
        if (smallest < target) {
            integer(0x20, 5, smallest, out);
        }
        integer(0x20, 5, target, out);
        smallest = NO_UPDATE;
    }

    private static void integer(int pattern, int prefix, int value, ByteBuffer out) {
        int full = (1 << prefix) - 1;
        if (value < full) {
            out.put((byte) (pattern | value));
            return;
        }
        out.put((byte) (pattern | full));
        int rest = value - full;
        while (rest >= 0x80) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
