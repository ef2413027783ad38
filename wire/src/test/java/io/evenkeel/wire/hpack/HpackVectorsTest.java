package io.evenkeel.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541, Appendix C. */
class HpackVectorsTest {
    private static final String DATE_21 = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    private static final String DATE_22 = "date: Mon, 21 Oct 2013 20:13:22 GMT";
    private static final String COOKIE =
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    private static final List<List<String>> REQUESTS =
            List.of(
                    List.of(
                            ":method: GET",
                            ":scheme: http",
                            ":path: /",
                            ":authority: www.example.com"),
                    List.of(
                            ":method: GET",
                            ":scheme: http",
                            ":path: /",
                            ":authority: www.example.com",
                            "cache-control: no-cache"),
                    List.of(
                            ":method: GET",
                            ":scheme: https",
                            ":path: /index.html",
                            ":authority: www.example.com",
                            "custom-key: custom-value"));

    private static final List<List<String>> RESPONSES =
            List.of(
                    List.of(
                            ":status: 302",
                            "cache-control: private",
                            DATE_21,
                            "location: https://www.example.com"),
                    List.of(
                            ":status: 307",
                            "cache-control: private",
                            DATE_21,
                            "location: https://www.example.com"),
                    List.of(
                            ":status: 200",
                            "cache-control: private",
                            DATE_22,
                            "location: https://www.example.com",
                            "content-encoding: gzip",
                            COOKIE));

    @Test
    void fieldsWithoutTable() throws Exception {
        // C.2.1 to C.2.4
        one(
                "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
                "custom-key: custom-header",
                Indexing.INDEX,
                55);
        one("040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path", Indexing.LITERAL, 0);
        one("1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret", Indexing.NEVER, 0);
        one("82", ":method: GET", Indexing.INDEX, 0);
    }

    @Test
    void requestsWithoutHuffman() throws Exception {
        // C.3
        sequence(
                4_096,
                false,
                REQUESTS,
                List.of(57, 110, 164),
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
    }

    @Test
    void requestsWithHuffman() throws Exception {
        // C.4
        sequence(
                4_096,
                true,
                REQUESTS,
                List.of(57, 110, 164),
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
    }

    @Test
    void responsesWithoutHuffmanAndEviction() throws Exception {
        // C.5
        sequence(
                256,
                false,
                RESPONSES,
                List.of(222, 222, 215),
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                        + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861"
                        + "6d70 6c65 2e63 6f6d",
                "4803 3330 37c1 c0bf",
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                        + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f"
                        + "5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572"
                        + "7369 6f6e 3d31");
    }

    @Test
    void responsesWithHuffmanAndEviction() throws Exception {
        // C.6
        sequence(
                256,
                true,
                RESPONSES,
                List.of(222, 222, 215),
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                        + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf",
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                        + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                        + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07");
    }

    @Test
    void everyOctetHasItsHuffmanCode() {
        // Samples of Appendix B at every length's edge; the code being canonical and complete
        // leaves no other choice for the rest.
        int[][] samples = {
            {0, 0x1ff8, 13},
            {1, 0x7fffd8, 23},
            {9, 0xffffea, 24},
            {10, 0x3ffffffc, 30},
            {48, 0, 5},
            {58, 0x5c, 7},
            {92, 0x7fff0, 19},
            {96, 0x7ffd, 15},
            {124, 0x7fc, 11},
            {128, 0xfffe6, 20},
            {153, 0x1fffdc, 21},
            {192, 0x3ffffe0, 26},
            {199, 0x1ffffec, 25},
            {203, 0x7ffffde, 27},
            {249, 0xffffffe, 28},
            {254, 0x7fffff0, 27},
            {255, 0x3ffffee, 26},
        };
        for (int[] sample : samples) {
            byte[] text = {(byte) sample[0]};
            ByteBuffer out = ByteBuffer.allocate(8);
            Huffman.encode(text, 0, 1, out);
            int padding = out.position() * 8 - sample[2];
            long bits = ((long) sample[1] << padding) | ((1L << padding) - 1);
            assertThat(out.getLong(0) >>> (64 - out.position() * 8))
                    .as("%d", sample[0])
                    .isEqualTo(bits);
        }
        double kraft = Math.pow(2, -30);
        for (int octet = 0; octet < 256; octet++) {
            byte[] text = new byte[8];
            java.util.Arrays.fill(text, (byte) octet);
            // Eight of a symbol take as many octets as one takes bits.
            kraft += Math.pow(2, -Huffman.encodedLength(text, 0, 8));
        }
        assertThat(kraft).isEqualTo(1.0);
    }

    private static void one(String hex, String field, Indexing indexing, int tableSize)
            throws Exception {
        ByteBuffer block = bytes(hex);
        HpackDecoder decoder = new HpackDecoder(4_096, 4_096);
        FieldList fields = new FieldList(4_096);
        decoder.decode(block, 0, block.limit(), fields);
        assertThat(lines(fields)).containsExactly(field);
        assertThat(fields.neverIndexed(0)).isEqualTo(indexing == Indexing.NEVER);
        assertThat(decoder.tableSize()).isEqualTo(tableSize);
        assertThat(encode(new HpackEncoder(4_096, false), List.of(field), indexing))
                .isEqualTo(block);
    }

    private static void sequence(
            int tableBytes,
            boolean huffman,
            List<List<String>> heads,
            List<Integer> tableSizes,
            String... blocks)
            throws Exception {
        HpackDecoder decoder = new HpackDecoder(tableBytes, 4_096);
        HpackEncoder encoder = new HpackEncoder(tableBytes, huffman);
        FieldList fields = new FieldList(4_096);
        for (int i = 0; i < blocks.length; i++) {
            ByteBuffer block = bytes(blocks[i]);
            fields.clear();
            decoder.decode(block, 0, block.limit(), fields);
            assertThat(lines(fields)).isEqualTo(heads.get(i));
            assertThat(decoder.tableSize()).isEqualTo(tableSizes.get(i));
            ByteBuffer encoded = encode(encoder, heads.get(i), Indexing.INDEX);
            if (i == 0 && tableBytes < 4_096) {
                // The examples take a smaller table for granted; an encoder must say so: 256.
                assertThat(encoded.getInt() >>> 8).isEqualTo(0x3fe101);
                encoded.position(3);
                encoded = encoded.slice();
            }
            assertThat(HexFormat.of().formatHex(array(encoded)))
                    .isEqualTo(HexFormat.of().formatHex(array(block)));
        }
    }

    static ByteBuffer encode(HpackEncoder encoder, List<String> lines, Indexing indexing) {
        ByteBuffer out = ByteBuffer.allocate(4_096);
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            encoder.field(line.substring(0, colon), line.substring(colon + 2), indexing, out);
        }
        return out.flip();
    }

    static List<String> lines(FieldList fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            lines.add(fields.name(i) + ": " + fields.value(i));
        }
        return lines;
    }

    static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.get(buffer.position(), array);
        return array;
    }
}
