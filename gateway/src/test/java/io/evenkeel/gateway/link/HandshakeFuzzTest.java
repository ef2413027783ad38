package io.evenkeel.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkHandshake.Step;
import io.evenkeel.wire.fuzz.FuzzContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Any octets as a backend's handshake: the same step, however they are cut. */
final class HandshakeFuzzTest extends FuzzContract {
    private static final int REGISTRATION_BYTES = 1_000;

    @Override
    protected String corpus() {
        return "fuzz/link-handshake.txt";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "\r\n",
            "\n",
            "Content-Length: 5\r\n",
            "Upgrade: ",
            "Connection: ",
            "{",
            "}",
            "\"",
            ":",
            ",",
            "\\u0000",
            "null",
            "[",
            "]",
            "1e9",
            "-1",
            "\"service\":",
            "\"kind\":",
            "\u00c3\u00a9",
        };
    }

    @Override
    protected void check(byte[] input) {
        Step whole = new LinkHandshake(REGISTRATION_BYTES).received(ByteBuffer.wrap(input));
        Random cuts = new Random(Arrays.hashCode(input));
        LinkHandshake handshake = new LinkHandshake(REGISTRATION_BYTES);
        Step fed = new Step.More();
        int at = 0;
        while (fed instanceof Step.More && at < input.length) {
            int bytes = Math.min(1 + cuts.nextInt(200), input.length - at);
            fed = handshake.received(ByteBuffer.wrap(input, at, bytes));
            at += bytes;
        }
        if (at == input.length) {
            assertThat(fed).isEqualTo(whole);
        } else {
            // What is behind a whole handshake had not come yet, or doesn't matter any more.
            assertThat(whole).isInstanceOf(Step.Refused.class);
        }
    }
}
