package io.evenkeel.wire.http2;

import static io.evenkeel.wire.http2.Raw.GET;
import static io.evenkeel.wire.http2.Raw.LAST;
import static io.evenkeel.wire.http2.Raw.OK;
import static io.evenkeel.wire.http2.Raw.WHOLE;
import static io.evenkeel.wire.http2.Raw.data;
import static io.evenkeel.wire.http2.Raw.frame;
import static io.evenkeel.wire.http2.Raw.headers;
import static io.evenkeel.wire.http2.RuleCase.client;
import static io.evenkeel.wire.http2.RuleCase.server;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each rule of RFC 9113 about frames and streams that a peer can break, and what it gets for it.
 */
class FrameRulesTest {
    private static final String CONNECTION = "connection ";

    private static final byte[] OPEN = headers(1, 0, GET);
    private static final byte[] DONE = headers(1, LAST, GET);

    private static final List<RuleCase> FRAMES =
            List.of(
                    server(
                            "4.2 frame too long",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            data(1, 0, 16_385)),
                    server(
                            "4.3 block that cannot be decoded",
                            CONNECTION + "COMPRESSION_ERROR",
                            frame(Frames.HEADERS, WHOLE, 1, 0x80)),
                    server("5.1 DATA on idle", CONNECTION + "PROTOCOL_ERROR", data(1, 0, 1)),
                    server(
                            "5.1 RST_STREAM on idle",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.reset(1, 8)),
                    server(
                            "5.1 WINDOW_UPDATE on idle",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.windowUpdate(1, 1)),
                    server("5.1 DATA half-closed", "stream 1 STREAM_CLOSED", DONE, data(1, 0, 1)),
                    server(
                            "5.1 HEADERS half-closed",
                            "stream 1 STREAM_CLOSED",
                            DONE,
                            headers(1, LAST, "a: b")),
                    server(
                            "5.1 DATA behind the peer's reset",
                            CONNECTION + "STREAM_CLOSED",
                            OPEN,
                            Raw.reset(1, 8),
                            data(1, 0, 1)),
                    server("5.1 WINDOW_UPDATE half-closed", "fine", DONE, Raw.windowUpdate(1, 1)),
                    server("5.1 RST_STREAM twice", "fine", OPEN, Raw.reset(1, 8), Raw.reset(1, 8)),
                    server(
                            "5.1.1 even stream",
                            CONNECTION + "PROTOCOL_ERROR",
                            headers(2, LAST, GET)),
                    server(
                            "5.1.1 id goes back",
                            CONNECTION + "STREAM_CLOSED",
                            headers(5, LAST, GET),
                            headers(3, LAST, GET)),
                    server("5.5 unknown frame", "fine", frame(0x77, 0xff, 9, 1, 2)),
                    server(
                            "5.5 unknown frame within a head",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.HEADERS, 0, 1),
                            frame(0x77, 0, 1)),
                    server("6.1 DATA on stream 0", CONNECTION + "PROTOCOL_ERROR", data(0, 0, 1)),
                    server(
                            "6.1 padding as long as the frame",
                            CONNECTION + "PROTOCOL_ERROR",
                            OPEN,
                            frame(Frames.DATA, Frames.PADDED, 1, 2, 0)),
                    server(
                            "6.1 padded without length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            OPEN,
                            frame(Frames.DATA, Frames.PADDED, 1)),
                    server(
                            "6.1 padding only",
                            "fine",
                            OPEN,
                            frame(Frames.DATA, Frames.PADDED, 1, 2, 0, 0)),
                    server(
                            "6.2 HEADERS on stream 0",
                            CONNECTION + "PROTOCOL_ERROR",
                            headers(0, 0, GET)),
                    server(
                            "6.2 padding as long as the frame",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.HEADERS, Frames.PADDED | WHOLE, 1, 2, 0)),
                    server(
                            "6.2 padded without length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.HEADERS, Frames.PADDED | WHOLE, 1)),
                    server(
                            "6.2 too short for a priority",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.HEADERS, Frames.WITH_PRIORITY | WHOLE, 1, 0, 0, 0, 0)),
                    server(
                            "6.2 DATA within a head",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.HEADERS, 0, 1),
                            data(1, 0, 1)),
                    server(
                            "6.3 PRIORITY on stream 0",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.PRIORITY, 0, 0, 0, 0, 0, 0, 0)),
                    server(
                            "6.3 PRIORITY length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.PRIORITY, 0, 1, 0, 0, 0, 0)),
                    server(
                            "6.3 PRIORITY on idle",
                            "fine",
                            frame(Frames.PRIORITY, 0, 9, 0, 0, 0, 0, 0)),
                    server(
                            "6.4 RST_STREAM on stream 0",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.reset(0, 8)),
                    server(
                            "6.4 RST_STREAM length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            OPEN,
                            frame(Frames.RST_STREAM, 0, 1, 0, 0, 0)),
                    server(
                            "6.5 SETTINGS on a stream",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.SETTINGS, 0, 1)),
                    server(
                            "6.5 acknowledgement with payload",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.SETTINGS, Frames.ACK, 0, 0, 0, 0, 0, 0, 0)),
                    server(
                            "6.5 SETTINGS length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.SETTINGS, 0, 0, 0, 0, 0)),
                    server(
                            "6.5.2 ENABLE_PUSH",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.setting(Frames.ENABLE_PUSH, 2)),
                    server(
                            "6.5.2 INITIAL_WINDOW_SIZE",
                            CONNECTION + "FLOW_CONTROL_ERROR",
                            Raw.setting(Frames.INITIAL_WINDOW_SIZE, 0x80000000)),
                    server(
                            "6.5.2 MAX_FRAME_SIZE too small",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.setting(Frames.MAX_FRAME_SIZE, 16_383)),
                    server(
                            "6.5.2 MAX_FRAME_SIZE too large",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.setting(Frames.MAX_FRAME_SIZE, 0x1000000)),
                    server("6.5.2 unknown setting", "fine", Raw.setting(0x7777, 1)),
                    server(
                            "8441 ENABLE_CONNECT_PROTOCOL",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.setting(Frames.ENABLE_CONNECT_PROTOCOL, 2)),
                    server(
                            "6.6 PUSH_PROMISE by a client",
                            CONNECTION + "PROTOCOL_ERROR",
                            OPEN,
                            frame(Frames.PUSH_PROMISE, WHOLE, 1, 0, 0, 0, 2)),
                    server(
                            "6.7 PING on a stream",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.PING, 0, 1, new byte[8])),
                    server(
                            "6.7 PING length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.PING, 0, 0, new byte[7])),
                    server(
                            "6.8 GOAWAY on a stream",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.GOAWAY, 0, 1, new byte[8])),
                    server(
                            "6.8 GOAWAY length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.GOAWAY, 0, 0, new byte[7])),
                    server(
                            "6.9 WINDOW_UPDATE length",
                            CONNECTION + "FRAME_SIZE_ERROR",
                            frame(Frames.WINDOW_UPDATE, 0, 0, 0, 0, 1)),
                    server(
                            "6.9 WINDOW_UPDATE of 0",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.windowUpdate(0, 0)),
                    server(
                            "6.9 WINDOW_UPDATE of 0 on a stream",
                            "stream 1 PROTOCOL_ERROR",
                            OPEN,
                            Raw.windowUpdate(1, 0)),
                    server(
                            "6.9.1 window overflows",
                            CONNECTION + "FLOW_CONTROL_ERROR",
                            Raw.windowUpdate(0, 0x7fffffff)),
                    server(
                            "6.9.1 window of a stream overflows",
                            "stream 1 FLOW_CONTROL_ERROR",
                            OPEN,
                            Raw.windowUpdate(1, 0x7fffffff)),
                    server(
                            "6.9.2 SETTINGS overflow a stream's window",
                            CONNECTION + "FLOW_CONTROL_ERROR",
                            OPEN,
                            Raw.windowUpdate(1, 0x7fffffff - 65_535),
                            Raw.setting(Frames.INITIAL_WINDOW_SIZE, 65_536)),
                    server(
                            "6.10 CONTINUATION without HEADERS",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.CONTINUATION, WHOLE, 1)),
                    server(
                            "6.10 CONTINUATION behind a whole head",
                            CONNECTION + "PROTOCOL_ERROR",
                            OPEN,
                            frame(Frames.CONTINUATION, WHOLE, 1)),
                    server(
                            "6.10 CONTINUATION of another stream",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.HEADERS, 0, 1),
                            frame(Frames.CONTINUATION, WHOLE, 3)),
                    client("5.1 HEADERS on idle", CONNECTION + "PROTOCOL_ERROR", headers(3, 0, OK)),
                    client(
                            "6.5.2 ENABLE_PUSH by a server",
                            CONNECTION + "PROTOCOL_ERROR",
                            Raw.setting(Frames.ENABLE_PUSH, 1)),
                    client(
                            "6.6 PUSH_PROMISE though off",
                            CONNECTION + "PROTOCOL_ERROR",
                            frame(Frames.PUSH_PROMISE, WHOLE, 1, 0, 0, 0, 2)),
                    client("8.1 DATA before the head", "stream 1 PROTOCOL_ERROR", data(1, 0, 1)),
                    client(
                            "5.1 DATA behind both ends",
                            CONNECTION + "STREAM_CLOSED",
                            headers(1, LAST, OK),
                            data(1, 0, 1)));

    @Test
    void eachBrokenFrameHasItsStatedAnswerHoweverItIsCut() {
        RuleCase.judge(FRAMES);
    }

    @Test
    void aServerWantsThePrefaceAndBothSidesSettingsFirst() {
        Rig server = Rig.fresh(false);
        server.in("GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(server.written()).contains("GOAWAY 0 PROTOCOL_ERROR");
        for (boolean client : new boolean[] {true, false}) {
            Rig rig = Rig.fresh(client);
            rig.in(client ? new byte[0] : Raw.PREFACE, Raw.ping());
            assertThat(rig.written())
                    .contains("GOAWAY 0 PROTOCOL_ERROR")
                    .doesNotContain("PING ack 0");
        }
    }
}
