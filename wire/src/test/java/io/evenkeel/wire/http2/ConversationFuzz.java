package io.evenkeel.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Any octets from a peer: a connection goes on or fails in the declared way, once, and holds no
 * more than its limits; what it tells its owner and what it answers don't depend on how the octets
 * are cut.
 */
abstract class ConversationFuzz extends FuzzContract {
    private static final Http2Limits LIMITS = Limits.DEFAULT.concurrentStreams(3).build();

    /** A connection that has said hello. */
    abstract Rig rig(Http2Limits limits);

    @Override
    protected int rounds() {
        return 4_000;
    }

    @Override
    protected String[] words() {
        return new String[] {
            "\0\0\0\u0001\u0005\0\0\0\u0003",
            "\0\0\0\0\u0001\0\0\0\u0001",
            "\0\0\u0004\b\0\0\0\0\0\0\0\0\u0001",
            "\0\0\u0004\u0003\0\0\0\0\u0001\0\0\0\b",
            "\0\0\0\u0004\0\0\0\0\0",
            "\0\0\b\u0006\0\0\0\0\0abcdefgh",
            "\0\0\0\t\u0004\0\0\0\u0001",
            "\u0082\u0086\u0084",
            "\u0088",
            "\u007f\u00ff\u00ff\u00ff",
            "\0@\u0001",
        };
    }

    @Override
    protected void check(byte[] input) {
        Rig whole = fed(input, input.length);
        Rig pieces = fed(input, 60);
        assertThat(pieces.events).isEqualTo(whole.events);
        List<String> written = pieces.written();
        assertThat(written).isEqualTo(whole.written());
    }

    private Rig fed(byte[] input, int longest) {
        Rig rig = rig(LIMITS);
        Random cuts = new Random(Arrays.hashCode(input));
        for (int at = 0; at < input.length; ) {
            int bytes = Math.min(longest, input.length - at);
            bytes = longest == input.length ? bytes : 1 + cuts.nextInt(bytes);
            ByteBuffer in = ByteBuffer.wrap(input, at, bytes);
            rig.connection.receive(in, 1);
            assertThat(in.hasRemaining()).isFalse();
            at += bytes;
        }
        assertThat(rig.connection.openStreams()).isLessThanOrEqualTo(3);
        assertThat(rig.connection.queuedBytes()).isLessThan(70_000);
        assertThat(rig.events.stream().filter(event -> event.startsWith("failed")).count())
                .isEqualTo(rig.connection.failed() ? 1 : 0);
        return rig;
    }
}
