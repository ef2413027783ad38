package io.evenkeel.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any octets as header blocks of one connection, the first octet the length of the first: decoded
 * or refused in the declared way by their own octets alone, within the limits of table and list;
 * what was decoded is decoded again behind the encoder.
 */
class HpackBlocksFuzzTest extends FuzzContract {
    private static final int TABLE = 4_096;
    private static final int LONGEST = 1_000;
    private static final int LIST = 2_000;

    @Override
    protected String corpus() {
        return "fuzz/hpack.hex";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "\u0080",
            "\u00ff",
            "\u007f",
            "@",
            "?",
            " ",
            "\u001f",
            "\u0010",
            "\u000f",
            "\0",
            "\u00be",
            "?\u00e1\u001f",
            "@\u0001a\u0001b",
            "\u00ff\u00ff\u00ff\u00ff\u000f",
            "\u0082\u0086",
        };
    }

    @Override
    protected void check(byte[] input) {
        List<List<String>> plain = new ArrayList<>();
        decode(input, (byte) 0, plain);
        List<List<String>> fenced = new ArrayList<>();
        decode(input, (byte) 0x82, fenced);
        assertThat(fenced).isEqualTo(plain);
    }

    /** Decodes both blocks, each between octets that must not matter. */
    private static void decode(byte[] input, byte around, List<List<String>> lists) {
        HpackDecoder decoder = new HpackDecoder(TABLE, LONGEST);
        HpackEncoder encoder = new HpackEncoder(TABLE, true);
        HpackDecoder again = new HpackDecoder(TABLE, LIST);
        int first = input.length == 0 ? 0 : Math.min(input[0] & 0xff, input.length - 1);
        int from = Math.min(1, input.length);
        for (int[] part : new int[][] {{from, from + first}, {from + first, input.length}}) {
            byte[] room = new byte[part[1] - part[0] + 10];
            Arrays.fill(room, around);
            System.arraycopy(input, part[0], room, 5, part[1] - part[0]);
            FieldList fields = new FieldList(LIST);
            List<String> decoded =
                    block(decoder, ByteBuffer.wrap(room), 5, room.length - 5, fields);
            assertThat(decoder.tableSize()).isBetween(0, TABLE);
            assertThat(fields.count()).isLessThanOrEqualTo(LIST / FieldList.OVERHEAD);
            if (decoded == null) {
                lists.add(List.of("refused"));
                return;
            }
            lists.add(decoded);
            ByteBuffer out = ByteBuffer.allocate(64 * 1024);
            for (int i = 0; i < fields.count(); i++) {
                encoder.field(fields.name(i), fields.value(i), Indexing.INDEX, out);
            }
            FieldList back = new FieldList(1 << 20);
            ByteBuffer encoded = out.duplicate().flip();
            assertThat(block(again, encoded, 0, encoded.limit(), back)).isEqualTo(decoded);
            assertThat(again.tableSize()).isEqualTo(encoder.tableSize());
        }
    }

    private static @Nullable List<String> block(
            HpackDecoder decoder, ByteBuffer in, int from, int to, FieldList fields) {
        try {
            decoder.decode(in, from, to, fields);
        } catch (HpackException refused) {
            assertThat(refused).message().isNotBlank();
            return null;
        }
        return HpackVectorsTest.lines(fields);
    }
}
