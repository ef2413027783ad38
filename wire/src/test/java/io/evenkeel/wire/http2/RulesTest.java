package io.evenkeel.wire.http2;

import static io.evenkeel.wire.http2.Raw.GET;
import static io.evenkeel.wire.http2.Raw.LAST;
import static io.evenkeel.wire.http2.Raw.OK;
import static io.evenkeel.wire.http2.Raw.WHOLE;
import static io.evenkeel.wire.http2.Raw.data;
import static io.evenkeel.wire.http2.Raw.frame;
import static io.evenkeel.wire.http2.Raw.headers;
import static io.evenkeel.wire.http2.Raw.join;
import static io.evenkeel.wire.http2.Raw.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule of RFC 9113 that a peer can break, and what it gets for it. */
class RulesTest {
    private static final String CONNECTION = "connection ";

    private record Case(String rule, boolean client, String outcome, List<byte[]> frames) {
        byte[] input() {
            return join(frames.toArray(byte[][]::new));
        }
    }

    private static Case server(String rule, String outcome, byte[]... input) {
        return new Case(rule, false, outcome, List.of(input));
    }

    private static Case client(String rule, String outcome, byte[]... input) {
        return new Case(rule, true, outcome, List.of(input));
    }

    private static final byte[] OPEN = headers(1, 0, GET);
    private static final byte[] DONE = headers(1, LAST, GET);

    private static final List<Case> FRAMES =
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

    private static final String MALFORMED = "stream 1 PROTOCOL_ERROR";

    private static final List<Case> MESSAGES =
            List.of(
                    server("8.1 whole request", "fine", DONE),
                    server(
                            "8.1 body and trailers",
                            "fine",
                            OPEN,
                            data(1, 0, 3),
                            headers(1, LAST, "a: b")),
                    server("8.1 second head", MALFORMED, OPEN, headers(1, 0, "a: b")),
                    server(
                            "8.1 pseudo-header in trailers",
                            MALFORMED,
                            OPEN,
                            headers(1, LAST, ":path: /")),
                    server(
                            "8.1.1 fewer octets",
                            MALFORMED,
                            headers(1, 0, with(GET, "content-length: 2")),
                            data(1, LAST, 1)),
                    server(
                            "8.1.1 more octets",
                            MALFORMED,
                            headers(1, 0, with(GET, "content-length: 2")),
                            data(1, 0, 3)),
                    server(
                            "8.1.1 none though announced",
                            MALFORMED,
                            headers(1, LAST, with(GET, "content-length: 2"))),
                    server(
                            "8.1.1 fewer, then trailers",
                            MALFORMED,
                            headers(1, 0, with(GET, "content-length: 2")),
                            data(1, 0, 1),
                            headers(1, LAST, "a: b")),
                    server(
                            "8.1.1 content-length twice",
                            MALFORMED,
                            headers(1, 0, with(GET, "content-length: 2", "content-length: 2"))),
                    server(
                            "8.1.1 content-length no number",
                            MALFORMED,
                            headers(1, 0, with(GET, "content-length: +2"))),
                    server("8.2.1 upper case", MALFORMED, headers(1, LAST, with(GET, "A: b"))),
                    server(
                            "8.2.1 blank in a name",
                            MALFORMED,
                            headers(1, LAST, with(GET, "a b: c"))),
                    server(
                            "8.2.1 LF in a value",
                            MALFORMED,
                            headers(1, LAST, with(GET, "a: b\nc"))),
                    server("8.2.1 NUL in a value", MALFORMED, headers(1, LAST, with(GET, "a: \0"))),
                    server(
                            "8.2.1 blank before a value",
                            MALFORMED,
                            headers(1, LAST, with(GET, "a:  b"))),
                    server(
                            "8.2.2 connection",
                            MALFORMED,
                            headers(1, LAST, with(GET, "connection: close"))),
                    server(
                            "8.2.2 transfer-encoding",
                            MALFORMED,
                            headers(1, LAST, with(GET, "transfer-encoding: chunked"))),
                    server("8.2.2 upgrade", MALFORMED, headers(1, LAST, with(GET, "upgrade: h2c"))),
                    server("8.2.2 te", MALFORMED, headers(1, LAST, with(GET, "te: gzip"))),
                    server(
                            "8.2.2 te trailers",
                            "fine",
                            headers(1, LAST, with(GET, "te: trailers"))),
                    server(
                            "8.3 unknown pseudo-header",
                            MALFORMED,
                            headers(1, LAST, with(GET, ":colour: red"))),
                    server(
                            "8.3 pseudo-header behind a field",
                            MALFORMED,
                            headers(1, LAST, with(new String[] {"a: b"}, GET))),
                    server(
                            "8.3 pseudo-header twice",
                            MALFORMED,
                            headers(1, LAST, with(GET, ":path: /b"))),
                    server(
                            "8.3.1 :status in a request",
                            MALFORMED,
                            headers(1, LAST, with(GET, ":status: 200"))),
                    server(
                            "8.3.1 no :method",
                            MALFORMED,
                            headers(1, LAST, ":scheme: http", ":path: /")),
                    server(
                            "8.3.1 no :scheme",
                            MALFORMED,
                            headers(1, LAST, ":method: GET", ":path: /")),
                    server(
                            "8.3.1 no :path",
                            MALFORMED,
                            headers(1, LAST, ":method: GET", ":scheme: http")),
                    server(
                            "8.3.1 empty :path",
                            MALFORMED,
                            headers(1, LAST, ":method: GET", ":scheme: http", ":path: ")),
                    server(
                            "8.3.1 blank in :path",
                            MALFORMED,
                            headers(1, LAST, ":method: GET", ":scheme: http", ":path: /a b")),
                    server(
                            "8.3.1 asterisk with OPTIONS",
                            "fine",
                            headers(1, LAST, ":method: OPTIONS", ":scheme: http", ":path: *")),
                    server(
                            "8.3.1 asterisk with GET",
                            MALFORMED,
                            headers(1, LAST, ":method: GET", ":scheme: http", ":path: *")),
                    server(
                            "8.3.1 blank in :method",
                            MALFORMED,
                            headers(1, LAST, ":method: G T", ":scheme: http", ":path: /")),
                    server(
                            "8.3.1 userinfo",
                            MALFORMED,
                            headers(
                                    1,
                                    LAST,
                                    ":method: GET",
                                    ":scheme: http",
                                    ":path: /",
                                    ":authority: me@shop")),
                    server(
                            "8.3.1 host differs",
                            MALFORMED,
                            headers(1, LAST, with(GET, "host: other"))),
                    server("8.3.1 host agrees", "fine", headers(1, LAST, with(GET, "host: shop"))),
                    server(
                            "8.5 CONNECT with :path",
                            MALFORMED,
                            headers(1, 0, ":method: CONNECT", ":path: /", ":authority: a:1")),
                    server(
                            "8.5 CONNECT",
                            "fine",
                            headers(1, 0, ":method: CONNECT", ":authority: a:1")),
                    server(
                            "8441 :protocol not offered",
                            MALFORMED,
                            headers(
                                    1,
                                    0,
                                    ":method: CONNECT",
                                    ":scheme: http",
                                    ":path: /",
                                    ":authority: a",
                                    ":protocol: websocket")),
                    server(
                            "10.5.1 head too large",
                            "stream 1 ENHANCE_YOUR_CALM",
                            headers(
                                    1,
                                    LAST,
                                    with(
                                            GET,
                                            "a: " + "b".repeat(8_000),
                                            "c: " + "d".repeat(8_000))),
                            headers(3, LAST, GET)),
                    client(
                            "8.1 interim and final",
                            "fine",
                            headers(1, 0, ":status: 103"),
                            headers(1, LAST, OK)),
                    client("8.1 interim at the end", MALFORMED, headers(1, LAST, ":status: 103")),
                    client("8.6 101", MALFORMED, headers(1, 0, ":status: 101")),
                    client("8.3.2 no :status", MALFORMED, headers(1, LAST, "a: b")),
                    client("8.3.2 :status no number", MALFORMED, headers(1, LAST, ":status: 2x0")),
                    client("8.3.2 :status too long", MALFORMED, headers(1, LAST, ":status: 2000")),
                    client(
                            "8.3.2 :path in a response",
                            MALFORMED,
                            headers(1, LAST, with(OK, ":path: /"))),
                    client(
                            "8.1.1 none though announced",
                            MALFORMED,
                            headers(1, LAST, with(OK, "content-length: 2"))),
                    client(
                            "8.1.1 304 names another's length",
                            "fine",
                            headers(1, LAST, ":status: 304", "content-length: 2")),
                    client(
                            "8.1.1 304 with a body",
                            MALFORMED,
                            headers(1, 0, ":status: 304"),
                            data(1, LAST, 1)));

    @Test
    void eachBrokenFrameHasItsStatedAnswerHoweverItIsCut() {
        judge(FRAMES);
    }

    @Test
    void eachMalformedMessageEndsItsStreamHoweverItIsCut() {
        judge(MESSAGES);
    }

    @Test
    void aHeadRequestsResponseMayNameALengthAndBringsNoBody() {
        byte[] head = headers(1, 0, with(OK, "content-length: 2"));
        Rig rig = Rig.client(Http2Limits.DEFAULT, "HEAD", true);
        rig.in(headers(1, LAST, with(OK, "content-length: 2")));
        assertThat(rig.written()).isEmpty();
        Rig other = Rig.client(Http2Limits.DEFAULT, "HEAD", true);
        other.in(head, data(1, LAST, 2));
        assertThat(other.written()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
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

    private static void judge(List<Case> cases) {
        for (Case one : cases) {
            Rig whole = fed(one, one.input().length);
            List<String> events = List.copyOf(whole.events);
            assertThat(outcome(whole)).as(one.rule()).isEqualTo(one.outcome());
            int step = Math.max(1, one.input().length / 200);
            for (int cut = 1; cut < Math.min(one.input().length, 200); cut += step) {
                Rig pieces = fed(one, cut);
                assertThat(outcome(pieces))
                        .as("%s, by %d", one.rule(), cut)
                        .isEqualTo(one.outcome());
                assertThat(pieces.events).as("%s, by %d", one.rule(), cut).isEqualTo(events);
            }
        }
    }

    /** Gives the input in pieces of {@code size}. */
    private static Rig fed(Case one, int size) {
        Http2Limits limits = Limits.DEFAULT.headerList(10_000).build();
        Rig rig = one.client() ? Rig.client(limits, "GET", true) : Rig.server(limits);
        for (int at = 0; at < one.input().length; at += size) {
            int bytes = Math.min(size, one.input().length - at);
            rig.connection.receive(ByteBuffer.wrap(one.input(), at, bytes), 1);
        }
        return rig;
    }

    private static String outcome(Rig rig) {
        String outcome = "fine";
        for (String frame : rig.written()) {
            String[] words = frame.split(" ", -1);
            if (frame.startsWith("GOAWAY")) {
                return "connection " + words[2];
            }
            if (frame.startsWith("RST_STREAM")) {
                outcome = "stream " + words[1] + " " + words[2];
            }
        }
        return outcome;
    }
}
