package io.evenkeel.wire.hpack;

import java.nio.ByteBuffer;

/**
 * Decodes header blocks of one connection in the order they came (RFC 7541). Memory is bounded by
 * the table, the list's limit and the longest string; work by the block's length, as an indexed
 * field beyond the list's limit is counted and not copied. After an {@link HpackException} it must
 * not be used. Not thread-safe.
 */
public final class HpackDecoder {
    /** No length or index is near this; larger integers are refused unread. */
    private static final int LARGEST = (1 << 28) - 1;

    private final DynamicTable table;
    private final int tableLimit;
    private final int stringLimit;
    private int at;

    /**
     * A decoder with the limits of this end.
     *
     * @param tableLimitBytes the most that the peer may set the dynamic table to
     *     (SETTINGS_HEADER_TABLE_SIZE), 0 to 1 MiB
     * @param stringLimitBytes longest name or value, decoded, 1 to 1 MiB
     */
    public HpackDecoder(int tableLimitBytes, int stringLimitBytes) {
        if (tableLimitBytes < 0
                || tableLimitBytes > 1 << 20
                || stringLimitBytes < 1
                || stringLimitBytes > 1 << 20) {
            throw new IllegalArgumentException(
                    "limits: table %d, string %d (expected: table 0 to 1048576, string 1 to 1048576)"
                            .formatted(tableLimitBytes, stringLimitBytes));
        }
        table = new DynamicTable(tableLimitBytes);
        // What both ends begin with; an encoder says so when it uses more.
        table.capacity(Math.min(4_096, tableLimitBytes));
        tableLimit = tableLimitBytes;
        stringLimit = stringLimitBytes;
    }

    /**
     * Decodes a whole block, {@code block[from, to)}, and adds its fields to {@code fields}. The
     * buffer's position and limit don't matter, except that the limit is at least {@code to}. A
     * list that grows {@link FieldList#tooLarge} is decoded to the end all the same, so that the
     * table stays that of the peer.
     */
    public void decode(ByteBuffer block, int from, int to, FieldList fields) throws HpackException {
        at = from;
        boolean first = true;
        while (at < to) {
            int octet = block.get(at);
            if ((octet & 0x80) != 0) {
                indexed(integer(block, to, 7), fields);
            } else if ((octet & 0x40) != 0) {
                literal(block, to, 6, fields);
            } else if ((octet & 0x20) != 0) {
                if (!first) {
                    throw new HpackException("table size update behind a field");
                }
                resize(integer(block, to, 5));
                continue;
            } else {
                literal(block, to, 4, fields);
            }
            first = false;
        }
    }

    /** Size of the dynamic table now, in bytes by the RFC's reckoning. */
    public int tableSize() {
        return table.size();
    }

    private void indexed(int index, FieldList fields) throws HpackException {
        if (index >= 1 && index <= StaticTable.COUNT) {
            byte[] octets = StaticTable.octets(index);
            fields.append(octets, 0, StaticTable.nameLength(index), octets.length);
            return;
        }
        int entry = dynamic(index);
        fields.append(
                table.octets(), table.start(entry), table.nameLength(entry), table.length(entry));
    }

    private void literal(ByteBuffer block, int to, int prefix, FieldList fields)
            throws HpackException {
        boolean never = prefix == 4 && (block.get(at) & 0x10) != 0;
        int index = integer(block, to, prefix);
        int nameLength = index == 0 ? string(block, to, fields, 0) : name(index, fields);
        int length = nameLength + string(block, to, fields, nameLength);
        if (prefix == 6) {
            // Hashes are an encoder's business.
            table.add(fields.room(0), fields.tail(), nameLength, length, 0, 0);
        }
        fields.commit(nameLength, length, never);
    }

    private int name(int index, FieldList fields) throws HpackException {
        byte[] from;
        int start = 0;
        int length;
        if (index <= StaticTable.COUNT) {
            from = StaticTable.octets(index);
            length = StaticTable.nameLength(index);
        } else {
            int entry = dynamic(index);
            from = table.octets();
            start = table.start(entry);
            length = table.nameLength(entry);
        }
        System.arraycopy(from, start, fields.room(length), fields.tail(), length);
        return length;
    }

    private int dynamic(int index) throws HpackException {
        int entry = index - StaticTable.COUNT;
        if (entry < 1 || entry > table.count()) {
            throw new HpackException(
                    "index: %d (expected: 1 to %d)"
                            .formatted(index, StaticTable.COUNT + table.count()));
        }
        return entry;
    }

    private void resize(int bytes) throws HpackException {
        if (bytes > tableLimit) {
            throw new HpackException("table size: %d (limit: %d)".formatted(bytes, tableLimit));
        }
        table.capacity(bytes);
    }

    /** Reads a string behind the list's tail and {@code behind}; returns its length. */
    private int string(ByteBuffer block, int to, FieldList fields, int behind)
            throws HpackException {
        if (at >= to) {
            throw new HpackException("block ends where a string is expected");
        }
        boolean huffman = (block.get(at) & 0x80) != 0;
        int length = integer(block, to, 7);
        if (length > to - at) {
            throw new HpackException(
                    "string: %d octets (left in the block: %d)".formatted(length, to - at));
        }
        int start = at;
        at += length;
        if (!huffman) {
            if (length > stringLimit) {
                throw tooLong(length);
            }
            block.get(start, fields.room(behind + length), fields.tail() + behind, length);
            return length;
        }
        // The shortest code has five bits.
        int longest = (int) Math.min(length * 8L / 5, stringLimit);
        byte[] out = fields.room(behind + longest);
        int decoded = Huffman.decode(block, start, at, out, fields.tail() + behind, stringLimit);
        if (decoded == Huffman.TOO_LONG) {
            throw tooLong(stringLimit + 1);
        }
        if (decoded == Huffman.BROKEN) {
            throw new HpackException("string: not a Huffman code, or not padded with ones");
        }
        return decoded;
    }

    private HpackException tooLong(int atLeast) {
        return new HpackException(
                "string: %d octets or more (limit: %d)".formatted(atLeast, stringLimit));
    }

    /** Reads an integer whose first octet leaves it {@code prefix} bits (section 5.1). */
    private int integer(ByteBuffer block, int to, int prefix) throws HpackException {
        int full = (1 << prefix) - 1;
        long value = block.get(at++) & full;
        if (value < full) {
            return (int) value;
        }
        for (int shift = 0; shift <= 28; shift += 7) {
            if (at >= to) {
                throw new HpackException("block ends within an integer");
            }
            int octet = block.get(at++);
            value += (long) (octet & 0x7f) << shift;
            if (octet >= 0) {
                if (value > LARGEST) {
                    throw new HpackException("integer: %d (limit: %d)".formatted(value, LARGEST));
                }
                return (int) value;
            }
        }
        throw new HpackException("integer: more than 5 further octets (limit: 5)");
    }
}
