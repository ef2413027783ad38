package io.evenkeel.host.ceph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NotifyReplyTest {
    /** Client 4123 acknowledged with a payload of two octets, 4170 did not. */
    private static final byte[] ONE_OF_TWO =
            HexFormat.of()
                    .parseHex(
                            "01000000"
                                    + "1b10000000000000"
                                    + "00e1f50500000000"
                                    + "02000000"
                                    + "abcd"
                                    + "01000000"
                                    + "4a10000000000000"
                                    + "0100000000000000");

    @Test
    void whoAnsweredAndWhoDidNotIsRead() {
        NotifyReply reply = NotifyReply.read(ONE_OF_TWO);
        assertThat(reply.acknowledged()).containsExactly(4123L);
        assertThat(reply.silent()).containsExactly(4170L);
    }

    @Test
    void nothingStandsForNobody() {
        assertThat(NotifyReply.read(new byte[0]).acknowledged()).isEmpty();
        assertThat(NotifyReply.read(new byte[8]).silent()).isEmpty();
    }

    @Test
    void whatIsCutOffOrTooLongIsRefused() {
        for (int length = 1; length < ONE_OF_TWO.length; length++) {
            byte[] part = Arrays.copyOf(ONE_OF_TWO, length);
            assertThatIllegalArgumentException().isThrownBy(() -> NotifyReply.read(part));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NotifyReply.read(Arrays.copyOf(ONE_OF_TWO, ONE_OF_TWO.length + 1)));
    }

    @Test
    void countsAndLengthsAreNotBelieved() {
        byte[] many = ONE_OF_TWO.clone();
        many[3] = 0x7f;
        assertThatIllegalArgumentException().isThrownBy(() -> NotifyReply.read(many));
        byte[] negative = ONE_OF_TWO.clone();
        negative[23] = (byte) 0xff;
        assertThatIllegalArgumentException().isThrownBy(() -> NotifyReply.read(negative));
    }
}
