package io.evenkeel.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a decoder refuses, and that a bomb costs its sender more than its victim. */
class HpackLimitsTest {
    private final HpackDecoder decoder = new HpackDecoder(4_096, 1_000);
    private final FieldList fields = new FieldList(8_000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    80               | index: 0 (expected: 1 to 61)
                    be               | index: 62 (expected: 1 to 61)
                    ff               | block ends within an integer
                    ffffffffff7f     | integer: 34359738494 (limit: 268435455)
                    ff808080808000   | integer: more than 5 further octets (limit: 5)
                    3fe21f           | table size: 4097 (limit: 4096)
                    823fe11f         | table size update behind a field
                    40               | block ends where a string is expected
                    400561           | string: 5 octets (left in the block: 1)
                    40016105         | string: 5 octets (left in the block: 0)
                    40016181fe       | string: not a Huffman code, or not padded with ones
                    40016182ffff     | string: not a Huffman code, or not padded with ones
                    40016184fffffffc | string: not a Huffman code, or not padded with ones
                    """)
    void brokenBlocksAreRefusedWithTheValueSeen(String hex, String message) {
        ByteBuffer block = HpackVectorsTest.bytes(hex);
        assertThatThrownBy(() -> decoder.decode(block, 0, block.limit(), fields))
                .isInstanceOf(HpackException.class)
                .hasMessage(message);
    }

    @Test
    void longStringsAreRefusedPlainAndHuffmanCoded() {
        for (boolean huffman : new boolean[] {false, true}) {
            HpackEncoder encoder = new HpackEncoder(4_096, huffman);
            ByteBuffer out = ByteBuffer.allocate(4_096);
            encoder.field("name", "0".repeat(1_001), Indexing.LITERAL, out);
            assertThatThrownBy(() ->
                            new HpackDecoder(4_096, 1_000).decode(out, 0, out.position(), fields))
                    .isInstanceOf(HpackException.class)
                    .hasMessage("string: 1001 octets or more (limit: 1000)");
        }
    }

    @Test
    void aBombIsCountedNotUnpackedAndTheTableStaysInStep() throws Exception {
        HpackEncoder encoder = new HpackEncoder(4_096, false);
        ByteBuffer out = ByteBuffer.allocate(100_000);
        encoder.field("bomb", "x".repeat(1_000), Indexing.INDEX, out);
        int first = out.position();
        byte[] references = new byte[90_000];
        Arrays.fill(references, (byte) 0xbe);
        out.put(references);
        decoder.decode(out, 0, out.position(), fields);

        assertThat(fields.tooLarge()).isTrue();
        assertThat(fields.size()).isEqualTo(90_001L * 1_036);
        assertThat(fields.count()).isEqualTo(7);
        assertThat(fields.room(0).length).isLessThan(20_000);

        // Literals beyond the limit still enter the table.
        fields.clear();
        ByteBuffer next = ByteBuffer.allocate(20_000);
        next.put(out.array(), first, 10);
        encoder.field("late", "entry", Indexing.INDEX, next);
        decoder.decode(next, 0, next.position(), fields);
        assertThat(fields.tooLarge()).isTrue();
        fields.clear();
        ByteBuffer last = ByteBuffer.wrap(new byte[] {(byte) 0xbe});
        decoder.decode(last, 0, 1, fields);
        assertThat(HpackVectorsTest.lines(fields)).isEqualTo(List.of("late: entry"));
    }

    @Test
    void anEntryLargerThanTheTableEmptiesIt() throws Exception {
        HpackDecoder small = new HpackDecoder(100, 1_000);
        ByteBuffer block = HpackVectorsTest.bytes("4001610162");
        small.decode(block, 0, block.limit(), fields);
        assertThat(small.tableSize()).isEqualTo(34);
        ByteBuffer out = ByteBuffer.allocate(1_000);
        new HpackEncoder(4_096, false).field("c", "d".repeat(80), Indexing.INDEX, out);
        small.decode(out, 0, out.position(), fields);
        assertThat(small.tableSize()).isZero();
    }

    @Test
    void secretsAreNeverIndexedUnlessAskedOtherwise() throws Exception {
        HpackEncoder encoder = new HpackEncoder(4_096, true);
        ByteBuffer out = ByteBuffer.allocate(1_000);
        for (String name :
                List.of("authorization", "proxy-authorization", "cookie", "set-cookie")) {
            encoder.field(name, "secret", Indexing.AUTO, out);
        }
        encoder.field("x-request-id", "1", Indexing.AUTO, out);
        decoder.decode(out, 0, out.position(), fields);
        assertThat(decoder.tableSize()).isZero();
        for (int i = 0; i < fields.count(); i++) {
            assertThat(fields.neverIndexed(i)).as(fields.name(i)).isEqualTo(i < 4);
        }
    }

    @Test
    void aFieldWithoutRoomLeavesNoTrace() throws Exception {
        HpackEncoder encoder = new HpackEncoder(4_096, false);
        ByteBuffer tight = ByteBuffer.allocate(HpackEncoder.room(4, 5) - 1);
        assertThatThrownBy(() -> encoder.field("name", "value", Indexing.INDEX, tight))
                .isInstanceOf(BufferOverflowException.class);
        assertThat(tight.position()).isZero();
        ByteBuffer out = ByteBuffer.allocate(100);
        encoder.field("name", "value", Indexing.INDEX, out);
        decoder.decode(out, 0, out.position(), fields);
        assertThat(HpackVectorsTest.lines(fields)).containsExactly("name: value");
    }

    @Test
    void namesOfBuffersAreLoweredAndValuesKept() throws Exception {
        HpackEncoder encoder = new HpackEncoder(4_096, false);
        ByteBuffer head =
                ByteBuffer.wrap(
                        "Content-Type: Text/HTML"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        ByteBuffer out = ByteBuffer.allocate(100);
        encoder.field(head, 0, 12, head, 14, 23, Indexing.AUTO, out);
        decoder.decode(out, 0, out.position(), fields);
        assertThat(HpackVectorsTest.lines(fields)).containsExactly("content-type: Text/HTML");
    }
}
