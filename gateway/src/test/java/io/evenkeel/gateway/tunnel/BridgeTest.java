package io.evenkeel.gateway.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.hpack.FieldList;
import io.evenkeel.wire.http2.ErrorCode;
import io.evenkeel.wire.http2.HeadKind;
import io.evenkeel.wire.http2.Http2Connection;
import io.evenkeel.wire.http2.Http2Events;
import io.evenkeel.wire.http2.Http2Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests in HTTP/1.1 from one loop, down a tunnel of another, and their replies. */
final class BridgeTest {
    private static final EndpointKey KEY = new EndpointKey("default", "w");
    private static final String GET = "GET /a HTTP/1.1\r\nHost: shop\r\nX-A: b\r\n\r\n";

    private final HandLoop here = new HandLoop();
    private final HandLoop there = new HandLoop();
    private final Backend backend = new Backend();
    private final TunnelClient tunnel = new TunnelClient(there, backend);
    private final Tunnels tunnels = new Tunnels();
    private final Told told = new Told();
    private final ByteBuffer wire = ByteBuffer.allocate(64 * 1024);

    BridgeTest() {
        tunnels.add(KEY, 1, tunnel);
        exchange();
    }

    /** The other end of the tunnel: notes what comes, and answers as a test says. */
    private static final class Backend implements Http2Events, TunnelClient.Owner {
        final Http2Connection http2 = Http2Connection.server(Http2Limits.DEFAULT, false, this);
        final List<String> events = new ArrayList<>();
        boolean consuming = true;

        void reply(int stream, String body, boolean end, String... fields) {
            http2.beginHead(stream);
            http2.field(":status", "200");
            for (int i = 0; i < fields.length; i += 2) {
                http2.field(fields[i], fields[i + 1]);
            }
            http2.endHead(end && body.isEmpty());
            this.body = body;
            this.on = end && body.isEmpty() ? 0 : stream;
        }

        String body = "";
        int on;

        @Override
        public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
            if (stream == 1) {
                http2.beginHead(1);
                http2.field(":status", "200");
                http2.endHead(false);
                return;
            }
            StringBuilder text = new StringBuilder(stream + " ");
            for (int i = 0; i < fields.count(); i++) {
                text.append(fields.name(i)).append('=').append(fields.value(i)).append(' ');
            }
            events.add(text + (end ? "end" : ""));
        }

        @Override
        public void data(int stream, ByteBuffer piece, boolean end) {
            int count = piece.remaining();
            events.add(
                    stream + " " + StandardCharsets.US_ASCII.decode(piece) + (end ? " end" : ""));
            if (consuming) {
                http2.consumed(stream, count);
            }
        }

        @Override
        public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
            events.add(stream + " reset " + code);
        }

        @Override
        public void failed(ErrorCode code, String reason) {
            events.add("failed " + reason);
        }

        @Override
        public void lines(ByteBuffer octets) {}

        @Override
        public void touched() {}
    }

    private void exchange() {
        boolean more = true;
        while (more) {
            HandLoop.run(here, there);
            wire.clear();
            boolean again = tunnel.write(wire);
            more = wire.position() > 0 || again;
            backend.http2.receive(wire.flip(), 1);
            wire.clear();
            backend.http2.flush(wire);
            if (backend.on != 0) {
                ByteBuffer body = ByteBuffer.wrap(backend.body.getBytes(StandardCharsets.US_ASCII));
                if (backend.http2.data(backend.on, body, true, wire) >= 0 && !body.hasRemaining()) {
                    backend.on = 0;
                }
                backend.body = StandardCharsets.US_ASCII.decode(body).toString();
            }
            more |= wire.position() > 0;
            tunnel.received(wire.flip(), 1);
        }
    }

    private Connection dial() {
        Connection made = tunnels.dialer(KEY, 1, here).dial(told);
        exchange();
        return made;
    }

    private void say(Connection to, String text) {
        put(to, text);
        exchange();
    }

    private static void put(Connection to, String text) {
        to.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String read(Connection from) {
        ByteBuffer room = ByteBuffer.allocate(64 * 1024);
        int count = from.read(room);
        return count <= 0
                ? Integer.toString(count)
                : StandardCharsets.US_ASCII.decode(room.flip()).toString();
    }

    @Test
    void requestBecomesAStreamAndItsReplyComesBack() {
        Connection pipe = dial();
        say(pipe, GET);
        assertThat(backend.events)
                .containsExactly("3 :method=GET :scheme=http :authority=shop :path=/a x-a=b end");
        backend.reply(3, "hello", true, "content-length", "5");
        exchange();
        assertThat(read(pipe)).isEqualTo("HTTP/1.1 200 \r\ncontent-length: 5\r\n\r\nhello");
        say(pipe, GET);
        assertThat(backend.events.getLast()).startsWith("5 :method=GET");
    }

    @Test
    void replyWithoutLengthIsChunked() {
        Connection pipe = dial();
        say(pipe, GET);
        backend.reply(3, "hello", true);
        exchange();
        assertThat(read(pipe))
                .isEqualTo(
                        "HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    @Test
    void bodiesGoOutByLengthAndByChunks() {
        Connection pipe = dial();
        say(pipe, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
        say(pipe, "lo");
        assertThat(backend.events).endsWith("3 hel", "3 lo end");
        backend.reply(3, "", true);
        exchange();
        assertThat(read(pipe)).isEqualTo("HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n");
        say(pipe, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r");
        say(pipe, "\n2;x\r\nde\r\n0\r\n\r\n");
        assertThat(backend.events).endsWith("5 abc", "5 de", "5  end");
    }

    @Test
    void refusedStreamIsToldFromABrokenOne() {
        Connection pipe = dial();
        say(pipe, GET);
        backend.http2.reset(3, ErrorCode.REFUSED_STREAM);
        exchange();
        assertThat(read(pipe)).isEqualTo(Integer.toString(Connection.FAILED));
        assertThat(pipe.failure()).isEqualTo(NetFailure.REFUSED);
        Connection other = dial();
        say(other, GET);
        backend.http2.reset(5, ErrorCode.INTERNAL_ERROR);
        exchange();
        assertThat(other.failure()).isEqualTo(NetFailure.OTHER);
    }

    @Test
    void abandonedRequestIsCancelled() {
        Connection pipe = dial();
        say(pipe, GET);
        pipe.reset();
        exchange();
        assertThat(backend.events.getLast()).isEqualTo("3 reset CANCEL");
    }

    @Test
    void backendThatDoesNotReadStopsTheClientAtAWindow() {
        backend.consuming = false;
        Connection pipe = dial();
        say(pipe, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        int sent = 0;
        int count;
        do {
            count = pipe.write(ByteBuffer.allocate(10_000));
            sent += count;
            exchange();
        } while (count > 0);
        assertThat(sent).isBetween(256 * 1024, 256 * 1024 + 3 * OctetRing.BYTES);
    }

    @Test
    void earlyReplyArrivesWholeAndEndsThePipe() {
        Connection pipe = dial();
        say(pipe, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        String body = "x".repeat(2 * OctetRing.BYTES - 1_000);
        backend.reply(3, body, true, "content-length", Integer.toString(body.length()));
        exchange();
        backend.http2.reset(3, ErrorCode.NO_ERROR);
        exchange();
        StringBuilder got = new StringBuilder(read(pipe));
        exchange();
        got.append(read(pipe));
        assertThat(got.toString()).endsWith("\r\n\r\n" + body);
        exchange();
        assertThat(read(pipe)).isEqualTo(Integer.toString(Connection.EOF));
    }

    /** Many requests begin at once, and the tunnel is lost before its loop has looked at them. */
    @Test
    void pipeWhoseTunnelIsLostBeforeItsFirstTurnIsGone() {
        Connection pipe = dial();
        put(pipe, GET);
        tunnels.remove(KEY, 1, tunnel);
        tunnel.lost();
        exchange();
        assertThat(read(pipe)).isEqualTo(Integer.toString(Connection.FAILED));
        assertThat(pipe.failure()).as("nobody has worked on it").isEqualTo(NetFailure.GONE);
    }

    @Test
    void lostTunnelBreaksItsPipesAndRefusesNewOnes() {
        Connection pipe = dial();
        say(pipe, GET);
        tunnels.remove(KEY, 1, tunnel);
        tunnel.lost();
        exchange();
        assertThat(read(pipe)).isEqualTo(Integer.toString(Connection.FAILED));
        assertThat(pipe.failure())
                .as("the tunnel's loss is not the backend's answer to a request")
                .isEqualTo(NetFailure.RESET);
        told.events.clear();
        Connection late = dial();
        assertThat(told.events).containsExactly("failed");
        assertThat(late.failure()).isEqualTo(NetFailure.REFUSED);
    }

    private List<Double> requests() {
        return tunnels.metrics().samples().stream()
                .map(sample -> ((MetricFamily.Value) sample).value())
                .toList();
    }

    @Test
    void pipeThatCrossesIsNotKeptOnceItsLoopHasATunnelOfItsOwn() {
        Dialer way = tunnels.dialer(KEY, 1, here);
        Connection crossing = dial();
        say(crossing, GET);
        assertThat(requests()).as("own, crossed").containsExactly(0.0, 1.0);
        assertThat(way.keeps(crossing)).isTrue();
        TunnelClient own = new TunnelClient(here, new Backend());
        tunnels.add(KEY, 1, own);
        assertThat(way.keeps(crossing)).isFalse();
        Connection direct = way.dial(new Told());
        assertThat(way.keeps(direct)).isTrue();
        tunnels.remove(KEY, 1, own);
        assertThat(way.keeps(crossing)).as("as good as any").isTrue();
    }

    @Test
    void tunnelThatFinishesRefusesWhatComesAndKeepsWhatRuns() {
        Dialer way = tunnels.dialer(KEY, 1, here);
        Connection running = dial();
        say(running, GET);
        Connection idle = dial();
        say(idle, GET);
        backend.reply(5, "", true);
        exchange();
        tunnel.finish();
        assertThat(way.keeps(idle)).isFalse();
        assertThat(way.keeps(running)).isFalse();
        say(idle, GET);
        assertThat(idle.failure()).as("nobody has worked on it").isEqualTo(NetFailure.GONE);
        assertThat(tunnel.carrying()).isTrue();
        backend.reply(3, "hello", true, "content-length", "5");
        exchange();
        assertThat(tunnel.carrying()).as("its octets are not taken yet").isTrue();
        assertThat(read(running)).endsWith("hello");
        assertThat(tunnel.carrying()).isFalse();
    }
}
