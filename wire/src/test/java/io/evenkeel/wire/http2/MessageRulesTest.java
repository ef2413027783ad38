package io.evenkeel.wire.http2;

import static io.evenkeel.wire.http2.Raw.GET;
import static io.evenkeel.wire.http2.Raw.LAST;
import static io.evenkeel.wire.http2.Raw.OK;
import static io.evenkeel.wire.http2.Raw.data;
import static io.evenkeel.wire.http2.Raw.headers;
import static io.evenkeel.wire.http2.Raw.with;
import static io.evenkeel.wire.http2.RuleCase.client;
import static io.evenkeel.wire.http2.RuleCase.server;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each rule of RFC 9113 about messages that a peer can break: the end of its stream, and of no
 * other.
 */
class MessageRulesTest {
    private static final byte[] OPEN = headers(1, 0, GET);
    private static final byte[] DONE = headers(1, LAST, GET);

    private static final String MALFORMED = "stream 1 PROTOCOL_ERROR";

    private static final List<RuleCase> MESSAGES =
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
    void eachMalformedMessageEndsItsStreamHoweverItIsCut() {
        RuleCase.judge(MESSAGES);
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
}
