package io.evenkeel.wire.http2;

import static io.evenkeel.wire.http2.Raw.GET;
import static io.evenkeel.wire.http2.Raw.LAST;
import static io.evenkeel.wire.http2.Raw.frame;
import static io.evenkeel.wire.http2.Raw.headers;
import static io.evenkeel.wire.http2.Raw.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.http2.Http2Limits.Rate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a hostile peer can repeat, and how often. */
class FloodsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Rate MANY = new Rate(1_000_000, 1_000_000);
    private static final Rate TEN = new Rate(10, 5);
    private static final Http2Limits FEW_RESETS = Limits.DEFAULT.rates(TEN, MANY).build();
    private static final Http2Limits LITTLE_CHATTER = Limits.DEFAULT.rates(MANY, TEN).build();
    private static final String CALM = "GOAWAY %d ENHANCE_YOUR_CALM";

    @Test
    void rapidResetsEndTheConnectionAndSlowOnesDoNot() {
        Rig rig = Rig.server(FEW_RESETS);
        int stream = 1;
        for (int second = 0; second < 20; second++) {
            rig.nowNanos += SECOND;
            for (int i = 0; i < 5; i++, stream += 2) {
                rig.in(headers(stream, 0, GET), Raw.reset(stream, 8));
            }
        }
        assertThat(rig.connection.failed()).isFalse();
        assertThat(rig.connection.openStreams()).isZero();
        rig.nowNanos += 10 * SECOND;
        for (int i = 0; i < 11; i++, stream += 2) {
            rig.in(headers(stream, 0, GET), Raw.reset(stream, 8));
        }
        assertThat(rig.written()).contains(CALM.formatted(stream - 2));
    }

    @Test
    void resetsThatThePeerMakesUsSendCountAlike() {
        Rig rig = Rig.server(FEW_RESETS);
        for (int stream = 1; stream <= 21; stream += 2) {
            rig.in(headers(stream, 0, GET), Raw.windowUpdate(stream, 0));
        }
        assertThat(rig.written()).contains(CALM.formatted(21));
    }

    @Test
    void streamsBeyondTheLimitAreRefusedAndTheirHeadersStillDecoded() {
        Http2Limits limits = Limits.DEFAULT.concurrentStreams(2).rates(TEN, MANY).build();
        Rig rig = Rig.server(limits);
        rig.in(headers(1, LAST, GET), headers(3, LAST, GET), headers(5, LAST, GET));
        assertThat(rig.written()).containsExactly("RST_STREAM 5 REFUSED_STREAM");
        assertThat(rig.connection.openStreams()).isEqualTo(2);
        rig.respond(1, true);
        rig.in(headers(7, LAST, GET));
        assertThat(rig.written()).noneMatch(line -> line.startsWith("RST_STREAM"));
        for (int stream = 9; stream <= 27; stream += 2) {
            rig.in(headers(stream, LAST, GET));
        }
        assertThat(rig.written()).contains(CALM.formatted(27));
    }

    @Test
    void aHeadInEndlessContinuationsEndsTheConnectionEmptyOnesToo() {
        Rig rig = Rig.server(Http2Limits.DEFAULT);
        rig.in(frame(Frames.HEADERS, 0, 1));
        for (int i = 0; i < 8; i++) {
            rig.in(frame(Frames.CONTINUATION, 0, 1));
        }
        assertThat(rig.connection.failed()).isFalse();
        rig.in(frame(Frames.CONTINUATION, 0, 1));
        assertThat(rig.written()).containsExactly(CALM.formatted(0));
    }

    @Test
    void aBlockLargerThanTheLimitEndsTheConnectionBeforeItsEnd() {
        Rig rig = Rig.server(Http2Limits.DEFAULT);
        rig.in(frame(Frames.HEADERS, 0, 1, new byte[16_000]));
        rig.in(frame(Frames.CONTINUATION, 0, 1, new byte[16_000]));
        assertThat(rig.connection.failed()).isFalse();
        rig.in(frame(Frames.CONTINUATION, 0, 1, new byte[1_000]));
        assertThat(rig.written()).containsExactly(CALM.formatted(0));
        assertThat(rig.events)
                .containsExactly(
                        "failed ENHANCE_YOUR_CALM: header block: 33000 octets (limit: 32768)");
    }

    @Test
    void framesThatCarryNothingHaveABudget() {
        byte[] empty = frame(Frames.DATA, 0, 1);
        byte[] padded = frame(Frames.DATA, Frames.PADDED, 1, 1, 0);
        for (byte[] flood :
                List.of(
                        Raw.SETTINGS,
                        Raw.ping(),
                        frame(Frames.PING, Frames.ACK, 0, new byte[8]),
                        frame(Frames.PRIORITY, 0, 1, 0, 0, 0, 0, 0),
                        frame(0x77, 0, 0),
                        Raw.windowUpdate(1, 1),
                        Raw.windowUpdate(0, 1),
                        empty,
                        padded)) {
            Rig rig = Rig.server(LITTLE_CHATTER);
            rig.in(headers(1, 0, GET));
            rig.nowNanos += 10 * SECOND;
            for (int i = 0; i < 10; i++) {
                rig.in(flood);
            }
            assertThat(rig.connection.failed()).as("type %d", flood[3]).isFalse();
            rig.in(flood);
            assertThat(rig.written()).as("type %d", flood[3]).contains(CALM.formatted(1));
        }
    }

    @Test
    void whatWasOnItsWayWhenAStreamWasResetIsForgivenAndNoMore() {
        Rig rig = Rig.server(LITTLE_CHATTER);
        for (int stream = 1; stream < 100; stream += 2) {
            rig.in(headers(stream, 0, GET), Raw.data(stream, 0, 535));
            rig.connection.reset(stream, ErrorCode.CANCEL);
        }
        rig.nowNanos += 10 * SECOND;
        for (int stream = 1; stream < 100; stream += 2) {
            for (int i = 0; i < 65; i++) {
                rig.in(Raw.data(stream, 0, 1_000));
            }
            rig.in(headers(stream, LAST, "a: b"), Raw.reset(stream, 8));
        }
        assertThat(rig.connection.failed()).isFalse();
        int more = 0;
        while (!rig.connection.failed()) {
            rig.in(more % 2 == 0 ? Raw.data(1, 0, 1_000) : Raw.reset(1, 8));
            more++;
        }
        // Two frames a reset were left, and the budget.
        assertThat(more).isEqualTo(50 * 2 + 10 + 1);
        assertThat(rig.written()).contains(CALM.formatted(99));
    }

    @Test
    void aServersInterimResponsesHaveTheBudgetToo() {
        Rig rig = Rig.client(LITTLE_CHATTER, "GET", true);
        rig.nowNanos += 10 * SECOND;
        for (int i = 0; i < 10; i++) {
            rig.in(headers(1, 0, ":status: 103"));
        }
        assertThat(rig.connection.failed()).isFalse();
        rig.in(headers(1, 0, ":status: 103"));
        assertThat(rig.connection.failed()).isTrue();
    }

    @Test
    void creditForWhatWasSentCostsNothing() {
        Rig rig = Rig.server(LITTLE_CHATTER);
        rig.in(headers(1, LAST, GET));
        rig.respond(1, false);
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(100_000);
        for (int i = 0; i < 100; i++) {
            assertThat(rig.connection.data(1, java.nio.ByteBuffer.allocate(256), false, out))
                    .isEqualTo(256);
            rig.in(Raw.windowUpdate(1, 128), Raw.windowUpdate(1, 128), Raw.windowUpdate(0, 256));
        }
        assertThat(rig.connection.failed()).isFalse();
    }

    @Test
    void aPeerThatAsksAndDoesNotReadIsCutBeforeItFillsTheMemory() {
        Http2Limits limits = Limits.DEFAULT.rates(MANY, MANY).answers(1_700).build();
        Rig rig = Rig.server(limits);
        for (int i = 0; i < 100; i++) {
            rig.in(Raw.ping());
        }
        assertThat(rig.connection.failed()).isFalse();
        assertThat(rig.written()).hasSize(100);
        for (int i = 0; i < 101; i++) {
            rig.in(Raw.ping());
        }
        assertThat(rig.connection.failed()).isTrue();
        assertThat(rig.connection.queuedBytes()).isLessThan(2_000);
    }

    @Test
    void aHeadTooLargeEndsItsStreamAndTheNextIsRead() {
        Rig rig = Rig.server(Limits.DEFAULT.headerList(1_024).build());
        rig.in(headers(1, LAST, with(GET, "a: " + "b".repeat(900))), headers(3, LAST, GET));
        assertThat(rig.written()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
        assertThat(rig.events).hasSize(1).first().asString().startsWith("REQUEST 3 ");
    }

    @Test
    void aClientIsNotCutForResetsOfRequestsItChoseToSend() {
        Rig rig = Rig.client(FEW_RESETS, "GET", true);
        for (int stream = 1; stream < 100; stream += 2) {
            rig.in(Raw.reset(stream, 7));
            assertThat(rig.request("GET", true)).isEqualTo(stream + 2);
        }
        assertThat(rig.connection.failed()).isFalse();
    }
}
