package io.evenkeel.wire.http2;

import static io.evenkeel.wire.http2.Raw.GET;
import static io.evenkeel.wire.http2.Raw.LAST;
import static io.evenkeel.wire.http2.Raw.OK;
import static io.evenkeel.wire.http2.Raw.data;
import static io.evenkeel.wire.http2.Raw.frame;
import static io.evenkeel.wire.http2.Raw.headers;
import static io.evenkeel.wire.http2.Raw.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams, windows and the ends of a connection, from both sides. */
class ConnectionTest {
    private static final Http2Limits LIMITS = Limits.DEFAULT.build();

    @Test
    void helloIsPrefaceSettingsAndTheConnectionsWindow() {
        assertThat(Rig.fresh(true).written())
                .containsExactly("preface", "SETTINGS", "WINDOW_UPDATE 0 983041");
        assertThat(Rig.fresh(false).written())
                .containsExactly("SETTINGS", "WINDOW_UPDATE 0 983041");
    }

    @Test
    void settingsAreAcknowledgedAndPingsAnsweredInTheirOrder() {
        Rig rig = Rig.server(LIMITS);
        rig.in(Raw.ping(), Raw.SETTINGS, frame(Frames.SETTINGS, Frames.ACK, 0));
        assertThat(rig.written()).containsExactly("PING ack 0", "SETTINGS ack");
        assertThat(rig.connection.settingsAcknowledged()).isTrue();
        rig.connection.ping(77);
        assertThat(rig.written()).containsExactly("PING 77");
        rig.in(frame(Frames.PING, Frames.ACK, 0, 0, 0, 0, 0, 0, 0, 0, 77));
        assertThat(rig.events).contains("pong 77");
    }

    @Test
    void aRequestIsAnsweredAndItsStreamForgotten() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, 0, GET), data(1, LAST, 5));
        rig.respond(1, false);
        ByteBuffer out = ByteBuffer.allocate(1_000);
        ByteBuffer body = ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(rig.connection.data(1, body, true, out)).isEqualTo(5);
        assertThat(rig.frames(out.flip()))
                .containsExactly("HEADERS 1 [:status: 200]", "DATA 1 5 end");
        assertThat(rig.events)
                .containsExactly(
                        "REQUEST 1 [:method: GET, :scheme: http, :path: /, :authority: shop]",
                        "data 1 5 end");
        assertThat(rig.connection.openStreams()).isZero();
        assertThat(rig.connection.data(1, 1, true, out)).isEqualTo(Http2Connection.GONE);
    }

    @Test
    void bodiesStopAtEitherWindowAndGoOnWhenItOpens() {
        Rig rig = Rig.server(LIMITS);
        rig.in(
                Raw.setting(Frames.INITIAL_WINDOW_SIZE, 10),
                headers(1, LAST, GET),
                headers(3, LAST, GET));
        rig.respond(1, false);
        rig.respond(3, false);
        rig.events.clear();
        ByteBuffer out = ByteBuffer.allocate(1_000);
        assertThat(rig.connection.data(1, 25, true, out)).isEqualTo(10);
        assertThat(rig.connection.data(1, 15, true, out)).isEqualTo(Http2Connection.BLOCKED);
        rig.in(Raw.windowUpdate(1, 5));
        rig.in(Raw.windowUpdate(1, 1));
        assertThat(rig.events).containsExactly("writable 1");
        assertThat(rig.connection.data(1, 15, true, out)).isEqualTo(6);
        assertThat(rig.connection.data(1, 9, true, out)).isEqualTo(Http2Connection.BLOCKED);
        // A smaller initial window makes it negative; only what makes it positive tells.
        rig.in(Raw.setting(Frames.INITIAL_WINDOW_SIZE, 4), Raw.windowUpdate(1, 6));
        assertThat(rig.events).containsExactly("writable 1", "settings");
        rig.in(Raw.windowUpdate(1, 1));
        assertThat(rig.events).last().isEqualTo("writable 1");
        assertThat(rig.connection.data(1, 9, true, out)).isEqualTo(1);
    }

    @Test
    void theConnectionsWindowHoldsOverAllStreams() {
        Rig rig = Rig.server(LIMITS);
        rig.in(
                Raw.setting(Frames.INITIAL_WINDOW_SIZE, 1_000_000),
                headers(1, LAST, GET),
                headers(3, LAST, GET));
        rig.respond(1, false);
        rig.respond(3, false);
        ByteBuffer out = ByteBuffer.allocate(1_000);
        int sent = 0;
        for (int bytes; (bytes = rig.connection.data(1, 50_000, false, out)) > 0; sent += bytes) {
            assertThat(bytes).isLessThanOrEqualTo(16_384);
        }
        assertThat(sent).isEqualTo(65_535);
        assertThat(rig.connection.data(3, 1, false, out)).isEqualTo(Http2Connection.BLOCKED);
        rig.in(Raw.windowUpdate(0, 2));
        assertThat(rig.events).last().isEqualTo("writable 0");
        assertThat(rig.connection.data(3, 9, true, out)).isEqualTo(2);
    }

    @Test
    void aPeerThatIgnoresAWindowIsCut() {
        Rig stream = Rig.server(LIMITS);
        stream.consuming = false;
        stream.in(headers(1, 0, GET));
        for (int i = 0; i < 4; i++) {
            stream.in(data(1, 0, 16_384));
        }
        assertThat(stream.written())
                .containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR", "WINDOW_UPDATE 0 65536");

        Rig connection = Rig.server(LIMITS);
        connection.consuming = false;
        for (int id = 1; id <= 7; id += 2) {
            connection.in(headers(id, 0, GET), data(id, 0, 16_384), data(id, 0, 16_384));
        }
        // 100,000 octets over four streams.
        assertThat(connection.written()).containsExactly("GOAWAY 7 FLOW_CONTROL_ERROR");
    }

    @Test
    void windowsAreGivenBackWhenHalfOfThemIsConsumed() {
        Rig rig = Rig.server(LIMITS);
        rig.consuming = false;
        rig.in(headers(1, 0, GET), data(1, 0, 16_384), data(1, 0, 16_384), data(1, 0, 16_384));
        rig.connection.consumed(1, 32_000);
        assertThat(rig.written()).isEmpty();
        rig.connection.consumed(1, 1_000);
        assertThat(rig.written()).containsExactly("WINDOW_UPDATE 1 33000");
        rig.connection.consumed(1, 16_152);
        assertThat(rig.written()).isEmpty();
        assertThatThrownBy(() -> rig.connection.consumed(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("consumed: 1 (expected: 0 to 0)");
    }

    @Test
    void aResetStreamsOctetsComeBackToTheConnection() {
        Rig rig = Rig.server(LIMITS);
        rig.consuming = false;
        for (int id = 1; id < 200; id += 2) {
            rig.in(headers(id, 0, GET), data(id, 0, 10_000));
            if (id % 4 == 1) {
                rig.connection.reset(id, ErrorCode.CANCEL);
                // What was on its way is dropped, and given back.
                rig.in(data(id, LAST, 10_000));
            } else {
                rig.in(Raw.reset(id, 8));
            }
        }
        assertThat(rig.connection.failed()).isFalse();
    }

    @Test
    void paddingIsGivenBackByItself() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, 0, GET));
        byte[] payload = new byte[202];
        payload[0] = (byte) 200;
        for (int i = 0; i < 1_000; i++) {
            rig.in(frame(Frames.DATA, Frames.PADDED, 1, payload));
        }
        assertThat(rig.connection.failed()).isFalse();
        assertThat(rig.events).last().isEqualTo("data 1 1000");
    }

    @Test
    void octetsOfAStreamThatEndedStayCountedUntilConsumed() {
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.consuming = false;
        rig.connection.attach(1, "exchange");
        rig.in(headers(1, 0, OK), data(1, LAST, 16_384));
        assertThat(rig.connection.openStreams()).isZero();
        assertThat(rig.connection.attached(1)).isEqualTo("exchange");
        rig.connection.consumed(1, 16_384);
        assertThat(rig.connection.attached(1)).isNull();
    }

    @Test
    void whatIsAttachedIsThereWhenTheStreamIsReset() {
        List<String> seen = new ArrayList<>();
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.connection.attach(1, "exchange");
        rig.in(Raw.setting(Frames.MAX_CONCURRENT_STREAMS, 1));
        rig.events.clear();
        rig.onReset =
                () -> {
                    seen.add(String.valueOf(rig.connection.attached(1)));
                    // Its place is free already, for the request to be sent again.
                    assertThat(rig.request("GET", true)).isEqualTo(3);
                };
        rig.in(Raw.reset(1, 7));
        assertThat(rig.events).containsExactly("reset 1 REFUSED_STREAM by peer");
        assertThat(seen).containsExactly("exchange");
        assertThat(rig.connection.attached(1)).isNull();
    }

    @Test
    void aClientOpensNoStreamBeforeItKnowsHowManyItMay() {
        Rig rig = Rig.fresh(true);
        assertThat(rig.connection.available()).isZero();
        assertThat(rig.request("GET", true)).isZero();
        rig.in(Raw.SETTINGS);
        assertThat(rig.events).containsExactly("settings");
        assertThat(rig.connection.available()).isEqualTo(Integer.MAX_VALUE);
        assertThat(rig.request("GET", true)).isEqualTo(1);
    }

    @Test
    void aClientOpensNoMoreStreamsThanThePeerAllows() {
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.in(Raw.setting(Frames.MAX_CONCURRENT_STREAMS, 2));
        assertThat(rig.connection.available()).isEqualTo(1);
        assertThat(rig.request("GET", true)).isEqualTo(3);
        assertThat(rig.request("GET", true)).isZero();
        rig.in(headers(1, LAST, OK));
        assertThat(rig.request("GET", true)).isEqualTo(5);
    }

    @Test
    void framesForStreamsThatWeResetAreIgnored() {
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.connection.reset(1, ErrorCode.CANCEL);
        rig.in(headers(1, 0, OK), data(1, LAST, 100));
        assertThat(rig.written()).containsExactly("RST_STREAM 1 CANCEL");
        assertThat(rig.events).isEmpty();
    }

    @Test
    void goAwayRefusesWhatThePeerDidNotSee() {
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.request("GET", true);
        rig.in(Raw.goAway(1, 0));
        assertThat(rig.events).containsExactly("reset 3 REFUSED_STREAM by peer", "goAway NO_ERROR");
        assertThat(rig.request("GET", true)).isZero();
        rig.in(headers(1, LAST, OK));
        assertThat(rig.events).last().isEqualTo("RESPONSE 1 [:status: 200] end");
    }

    @Test
    void aServerThatDrainsServesWhatIsOnItsWayAndThenNoMore() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, LAST, GET));
        rig.connection.drain();
        rig.in(headers(3, LAST, GET));
        rig.connection.stopAccepting();
        rig.events.clear();
        rig.in(headers(5, 0, with(GET, "x: y")), data(5, LAST, 10));
        assertThat(rig.written())
                .containsExactly("GOAWAY 2147483647 NO_ERROR", "GOAWAY 3 NO_ERROR");
        assertThat(rig.events).isEmpty();
        rig.respond(1, true);
        rig.respond(3, true);
        assertThat(rig.connection.openStreams()).isZero();
    }

    @Test
    void anErrorOfTheConnectionEndsEveryStreamOnce() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, 0, GET), headers(3, 0, GET));
        rig.events.clear();
        rig.in(data(0, 0, 1), headers(5, LAST, GET));
        assertThat(rig.events)
                .containsExactly(
                        "reset 1 PROTOCOL_ERROR: DATA on stream 0",
                        "reset 3 PROTOCOL_ERROR: DATA on stream 0",
                        "failed PROTOCOL_ERROR: DATA on stream 0");
        assertThat(rig.written()).containsExactly("GOAWAY 3 PROTOCOL_ERROR");
        assertThat(rig.connection.beginHead(1)).isFalse();
        rig.connection.lost();
        assertThat(rig.events).hasSize(3);
    }

    @Test
    void aLostTransportEndsEveryStream() {
        Rig rig = Rig.client(LIMITS, "GET", true);
        rig.connection.lost();
        assertThat(rig.events).containsExactly("reset 1 CANCEL by peer");
        assertThat(rig.connection.open()).isZero();
    }

    @Test
    void aHeadLargerThanAFrameIsContinued() throws Exception {
        Rig server = Rig.server(Limits.DEFAULT.headerList(1 << 20).build());
        server.in(headers(1, LAST, GET));
        server.connection.beginHead(1);
        server.connection.field(":status", "200");
        for (int i = 0; i < 3; i++) {
            server.connection.field("n" + i, "v".repeat(13_000));
        }
        server.connection.endHead(true);
        Http2Limits roomy =
                new Http2Limits(
                        1,
                        65_535,
                        65_535,
                        4_096,
                        1 << 20,
                        1 << 20,
                        8,
                        LIMITS.resets(),
                        LIMITS.chatter(),
                        1_024,
                        false);
        Rig client = Rig.client(roomy, "GET", true);
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        assertThat(server.connection.flush(wire)).isTrue();
        byte[] frames = Arrays.copyOf(wire.array(), wire.position());
        assertThat(frames.length).isEqualTo(9 * 3 + 1 + 3 * (13_000 + 7));
        client.in(frames);
        assertThat(client.events)
                .hasSize(1)
                .first()
                .asString()
                .hasSize(39_000 + 47)
                .endsWith(" end");
    }

    @Test
    void fieldsOfHttp1ConnectionsAreLeftOutAndNamesLowered() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, LAST, GET));
        rig.connection.beginHead(1);
        ByteBuffer head =
                ByteBuffer.wrap(
                        "204 Connection X-Shop Keep-Alive".getBytes(StandardCharsets.US_ASCII));
        rig.connection.field(":status", head, 0, 3);
        rig.connection.field(head, 4, 14, head, 0, 3);
        rig.connection.field(head, 15, 21, head, 0, 3);
        rig.connection.field(head, 22, 32, head, 0, 3);
        rig.connection.field("transfer-encoding", "chunked");
        rig.connection.endHead(true);
        assertThat(rig.written()).containsExactly("HEADERS 1 [:status: 204, x-shop: 204] end");
    }

    @Test
    void commandsWithinAHeadAreRefused() {
        Rig rig = Rig.server(LIMITS);
        rig.in(headers(1, LAST, GET));
        rig.connection.beginHead(1);
        assertThatThrownBy(() -> rig.connection.ping(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rig.in(Raw.ping())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void extendedConnectWorksWhereItIsOffered() {
        Rig rig = Rig.server(Limits.DEFAULT.withConnectProtocol().build());
        rig.in(
                headers(
                        1,
                        0,
                        ":method: CONNECT",
                        ":scheme: http",
                        ":path: /chat",
                        ":authority: shop",
                        ":protocol: websocket"));
        assertThat(rig.events).hasSize(1).first().asString().startsWith("REQUEST 1 ");
        Rig client = Rig.client(LIMITS, "GET", true);
        assertThat(client.connection.peerConnectProtocol()).isFalse();
        client.in(Raw.setting(Frames.ENABLE_CONNECT_PROTOCOL, 1));
        assertThat(client.connection.peerConnectProtocol()).isTrue();
    }
}
