package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CharClassTest {
    private static final int MOST = 40;

    /** What eight octets at a time find is what one at a time find. */
    @Test
    void aTextEndsAtTheFirstOctetThatIsNone() {
        byte[] bytes = new byte[MOST];
        for (int length = 0; length <= MOST; length++) {
            for (int place = 0; place < length; place++) {
                for (int octet = 0; octet < 256; octet++) {
                    Arrays.fill(bytes, (byte) 'x');
                    bytes[place] = (byte) octet;
                    assertThat(CharClass.textEnd(ByteBuffer.wrap(bytes), 0, length))
                            .as("octet %d at %d of %d", octet, place, length)
                            .isEqualTo(naiveEnd(bytes, 0, length));
                }
            }
        }
    }

    @Test
    void aTextOfAnyOctetsEndsWhereOneAtATimeFindsIt() {
        long seed = 11;
        Random random = new Random(seed);
        byte[] bytes = new byte[MOST];
        for (int round = 0; round < 200_000; round++) {
            random.nextBytes(bytes);
            for (int i = 0; i < MOST; i++) {
                // Mostly text: else nearly all would end at once.
                if (random.nextInt(24) != 0) {
                    bytes[i] = (byte) (0x20 + random.nextInt(0x5f));
                } else if (random.nextBoolean()) {
                    bytes[i] = '\t';
                }
            }
            int from = random.nextInt(MOST);
            int to = from + random.nextInt(MOST + 1 - from);
            assertThat(CharClass.textEnd(ByteBuffer.wrap(bytes), from, to))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(naiveEnd(bytes, from, to));
        }
    }

    private static int naiveEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && CharClass.TEXT[bytes[at] & 0xff] != 0) {
            at++;
        }
        return at;
    }
}
