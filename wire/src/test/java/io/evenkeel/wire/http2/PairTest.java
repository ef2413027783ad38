package io.evenkeel.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.hpack.FieldList;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A client and a server against each other, over pipes that cut octets anywhere. */
class PairTest {
    private static final long SEED = Long.getLong("seed", 20_261_122L);

    @Test
    void bodiesArriveWholeHoweverOctetsAreCutAndStreamsAreReset() {
        for (int run = 0; run < 25; run++) {
            Random random = new Random(SEED + run);
            String replay = "replay with -Dseed=" + (SEED + run);
            Pipe up = new Pipe();
            Pipe down = new Pipe();
            Player client = new Player(true, random);
            Player server = new Player(false, random);
            int requests = 0;
            for (int step = 0; step < 3_000; step++) {
                if (requests < 60 && random.nextInt(8) == 0 && client.request()) {
                    requests++;
                }
                client.act(up);
                server.act(down);
                server.take(up, random.nextInt(random.nextInt(20) == 0 ? 100_000 : 40));
                client.take(down, random.nextInt(random.nextInt(20) == 0 ? 100_000 : 40));
            }
            client.resetting = false;
            server.resetting = false;
            for (int step = 0; step < 20_000 && client.busy() + server.busy() > 0; step++) {
                client.act(up);
                server.act(down);
                server.take(up, 1 + random.nextInt(50_000));
                client.take(down, 1 + random.nextInt(50_000));
            }
            assertThat(client.failure + server.failure).as(replay).isEmpty();
            assertThat(client.busy() + server.busy()).as(replay).isZero();
            assertThat(requests).as(replay).isGreaterThan(20);
            assertThat(client.completed).as(replay).isPositive();
        }
    }

    @Test
    void aConversationIsUnderstoodAlikeWhereverItIsCutInTwo() {
        Rig client = Rig.fresh(true);
        client.in(Raw.SETTINGS);
        ByteBuffer out = ByteBuffer.allocate(10_000);
        client.request("POST", false);
        client.connection.data(1, ByteBuffer.allocate(300), false, out);
        client.request("GET", true);
        client.connection.ping(5);
        client.connection.data(1, ByteBuffer.allocate(20), true, out);
        client.connection.reset(3, ErrorCode.CANCEL);
        client.connection.flush(out);
        byte[] octets = Arrays.copyOf(out.array(), out.position());
        Rig whole = Rig.fresh(false);
        whole.in(octets);
        List<String> written = whole.written();
        assertThat(whole.events).hasSize(6).contains("data 1 20 end", "reset 3 CANCEL by peer");
        for (int cut = 1; cut < octets.length; cut++) {
            Rig parts = Rig.fresh(false);
            parts.in(Arrays.copyOf(octets, cut));
            parts.in(Arrays.copyOfRange(octets, cut, octets.length));
            assertThat(parts.events).as("cut at %d", cut).isEqualTo(whole.events);
            assertThat(parts.written()).as("cut at %d", cut).isEqualTo(written);
        }
    }

    /** Octets on their way. */
    private static final class Pipe {
        private final ByteBuffer octets = ByteBuffer.allocate(1 << 20);

        int room() {
            return octets.remaining();
        }
    }

    /** What one side knows of one stream. */
    private static final class Talk {
        int toSend;
        int sent;
        int received;
        int unconsumed;
        boolean headDue;
        boolean ended;
        boolean heard;
    }

    /** Sends bodies whose octets tell stream and place, checks those of the other. */
    private static final class Player implements Http2Events {
        final Http2Connection connection;
        final Random random;
        final Map<Integer, Talk> talks = new TreeMap<>();
        boolean resetting = true;
        int completed;
        String failure = "";

        Player(boolean client, Random random) {
            this.random = random;
            Http2Limits limits = Limits.DEFAULT.concurrentStreams(1 + random.nextInt(20)).build();
            connection =
                    client
                            ? Http2Connection.client(limits, random.nextBoolean(), this)
                            : Http2Connection.server(limits, random.nextBoolean(), this);
        }

        boolean request() {
            int stream = connection.open();
            if (stream == 0) {
                return false;
            }
            Talk talk = new Talk();
            talk.toSend = size();
            talks.put(stream, talk);
            connection.field(":method", "POST");
            connection.field(":scheme", "http");
            connection.field(":path", "/" + stream);
            if (random.nextBoolean()) {
                connection.field("content-length", Integer.toString(talk.toSend));
            }
            connection.field("x-" + random.nextInt(30), "v".repeat(random.nextInt(200)));
            talk.ended = talk.toSend == 0;
            connection.endHead(talk.ended);
            return true;
        }

        int busy() {
            return talks.size() + connection.openStreams() + connection.queuedBytes();
        }

        private int size() {
            return random.nextInt(4) == 0
                    ? 0
                    : random.nextInt(random.nextBoolean() ? 200 : 150_000);
        }

        void act(Pipe to) {
            ByteBuffer out = ByteBuffer.allocate(Math.min(to.room(), 1 + random.nextInt(40_000)));
            for (int stream : List.copyOf(talks.keySet())) {
                Talk talk = talks.get(stream);
                if (talk == null) {
                    continue;
                }
                if (talk.unconsumed > 0 && random.nextBoolean()) {
                    int bytes = 1 + random.nextInt(talk.unconsumed);
                    talk.unconsumed -= bytes;
                    connection.consumed(stream, bytes);
                }
                if (talk.headDue && random.nextBoolean()) {
                    talk.headDue = false;
                    connection.beginHead(stream);
                    connection.field(":status", "200");
                    connection.field("x-" + random.nextInt(30), "v".repeat(random.nextInt(200)));
                    talk.ended = talk.toSend == 0;
                    connection.endHead(talk.ended);
                }
                send(stream, talk, out);
                if (resetting && random.nextInt(600) == 0) {
                    connection.reset(stream, ErrorCode.CANCEL);
                    talks.remove(stream);
                }
                forgetIfDone(stream);
            }
            connection.flush(out);
            to.octets.put(out.flip());
        }

        private void send(int stream, Talk talk, ByteBuffer out) {
            if (talk.headDue || talk.ended || random.nextInt(3) == 0) {
                return;
            }
            int left = talk.toSend - talk.sent;
            int length = Math.min(left, 1 + random.nextInt(30_000));
            ByteBuffer body = ByteBuffer.allocate(length);
            for (int i = 0; i < length; i++) {
                body.put((byte) octet(stream, talk.sent + i));
            }
            int bytes = connection.data(stream, body.flip(), length == left, out);
            if (bytes > 0) {
                talk.sent += bytes;
                talk.ended = talk.sent == talk.toSend;
            }
        }

        private void forgetIfDone(int stream) {
            Talk talk = talks.get(stream);
            if (talk != null && talk.ended && talk.heard && talk.unconsumed == 0) {
                talks.remove(stream);
                completed++;
            }
        }

        void take(Pipe from, int most) {
            ByteBuffer octets = from.octets.flip();
            int bytes = Math.min(most, octets.remaining());
            connection.receive(octets.slice(0, bytes), 1);
            octets.position(bytes);
            octets.compact();
        }

        private static int octet(int stream, int place) {
            return stream * 31 + place * 7 + (place >> 8);
        }

        @Override
        public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
            if (kind == HeadKind.REQUEST) {
                assertThat(fields.value(fields.find(":path"))).isEqualTo("/" + stream);
                Talk talk = new Talk();
                talk.toSend = size();
                talk.headDue = true;
                talks.put(stream, talk);
            }
            heard(stream, end);
        }

        private void heard(int stream, boolean end) {
            Talk talk = talks.get(stream);
            assertThat(talk).as("an event of stream %d, which is over", stream).isNotNull();
            if (talk != null) {
                talk.heard = end;
            }
        }

        @Override
        public void data(int stream, ByteBuffer body, boolean end) {
            heard(stream, end);
            Talk talk = talks.get(stream);
            while (talk != null && body.hasRemaining()) {
                assertThat(body.get()).isEqualTo((byte) octet(stream, talk.received));
                talk.received++;
                talk.unconsumed++;
            }
        }

        @Override
        public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
            if (talks.remove(stream) == null) {
                failure += " reset twice: " + stream;
            }
            if (code != ErrorCode.CANCEL && code != ErrorCode.REFUSED_STREAM) {
                failure += " " + code + ": " + reason;
            }
        }

        @Override
        public void failed(ErrorCode code, String reason) {
            failure += " failed: " + code + ": " + reason;
        }
    }

    @Test
    void aSteadyStateAllocatesNothing() {
        Quiet events = new Quiet();
        Http2Connection client = Http2Connection.client(Http2Limits.DEFAULT, true, events);
        Http2Connection server = Http2Connection.server(Http2Limits.DEFAULT, true, events);
        events.server = server;
        ByteBuffer wire = ByteBuffer.allocate(100_000);
        ByteBuffer body = ByteBuffer.allocate(2_000);
        server.flush(wire);
        events.pass(client, wire);
        for (int i = 0; i < 20_000; i++) {
            events.exchange(client, server, wire, body);
        }
        java.lang.management.ThreadMXBean bean =
                java.lang.management.ManagementFactory.getThreadMXBean();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) bean;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            events.exchange(client, server, wire, body);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(events.responses).isEqualTo(30_000);
        assertThat(bytes / 10_000).as("bytes an exchange").isZero();
    }

    /** Answers each request in place, as a loop would. */
    private static final class Quiet implements Http2Events {
        @org.jspecify.annotations.Nullable Http2Connection server;
        @org.jspecify.annotations.Nullable Http2Connection reading;
        int asked;
        int responses;

        void exchange(
                Http2Connection client, Http2Connection to, ByteBuffer wire, ByteBuffer body) {
            wire.clear();
            int stream = client.open();
            client.field(":method", "POST");
            client.field(":scheme", "http");
            client.field(":path", "/cart");
            client.field("cookie", "session=4711");
            client.field("user-agent", "test");
            client.endHead(false);
            client.data(stream, body.clear(), true, wire);
            pass(to, wire);
            wire.clear();
            to.beginHead(asked);
            to.field(":status", "200");
            to.field("content-type", "text/plain");
            to.endHead(false);
            to.data(asked, body.clear(), true, wire);
            pass(client, wire);
        }

        private void pass(Http2Connection to, ByteBuffer wire) {
            reading = to;
            wire.flip();
            to.receive(wire, 1);
        }

        @Override
        public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
            if (kind == HeadKind.REQUEST) {
                asked = stream;
            }
        }

        @Override
        public void data(int stream, ByteBuffer body, boolean end) {
            if (reading != null) {
                reading.consumed(stream, body.remaining());
            }
            if (end && reading != server) {
                responses++;
            }
        }

        @Override
        public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void failed(ErrorCode code, String reason) {
            throw new AssertionError(reason);
        }
    }
}
