package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.FieldList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A connection on a real socket: bodies go out as windows allow, and come in whole. */
class Talker implements Http2Events {
    /** One stream. */
    static final class Talk {
        final List<String> heads = new ArrayList<>();
        byte[] toSend = {};
        int sent;
        boolean toEnd;
        boolean ended;
        byte[] received = {};
        boolean heard;
        boolean reset;

        void send(byte[] more, boolean end) {
            int length = toSend.length;
            toSend = Arrays.copyOf(toSend, length + more.length);
            System.arraycopy(more, 0, toSend, length, more.length);
            toEnd = end;
        }
    }

    final Http2Connection connection;
    final Map<Integer, Talk> talks = new TreeMap<>();
    final List<String> ends = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);

    Talker(boolean client, Http2Limits limits) {
        connection =
                client
                        ? Http2Connection.client(limits, true, this)
                        : Http2Connection.server(limits, true, this);
    }

    /** Begins what is next; called over and over. */
    void act() {}

    boolean done() {
        return false;
    }

    /** Runs until {@link #done} or the peer's end, 30 s at most. */
    void run(SocketChannel channel) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            while (!done()) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("not done in 30 s: " + ends + ", talks " + talks.size());
                }
                int read = channel.read(in);
                connection.receive(in.flip(), System.nanoTime());
                in.clear();
                if (read < 0) {
                    return;
                }
                act();
                talks.forEach(this::pump);
                connection.flush(out);
                int written = channel.write(out.flip());
                out.compact();
                if (read == 0 && written == 0) {
                    key.interestOps(
                            out.position() > 0
                                    ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                                    : SelectionKey.OP_READ);
                    selector.select(100);
                    selector.selectedKeys().clear();
                }
            }
        }
    }

    private void pump(int stream, Talk talk) {
        while (!talk.ended && !talk.reset && (talk.toEnd || talk.sent < talk.toSend.length)) {
            ByteBuffer body =
                    ByteBuffer.wrap(talk.toSend, talk.sent, talk.toSend.length - talk.sent);
            if (connection.data(stream, body, talk.toEnd, out) < 0) {
                return;
            }
            talk.sent = body.position();
            talk.ended = talk.toEnd && !body.hasRemaining();
        }
    }

    @Override
    public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
        Talk talk = talks.computeIfAbsent(stream, id -> new Talk());
        talk.heads.add(kind + " " + Rig.text(fields));
        talk.heard = end;
    }

    @Override
    public void data(int stream, ByteBuffer body, boolean end) {
        Talk talk = talks.computeIfAbsent(stream, id -> new Talk());
        int length = talk.received.length;
        int bytes = body.remaining();
        talk.received = Arrays.copyOf(talk.received, length + bytes);
        body.get(talk.received, length, bytes);
        talk.heard = end;
        connection.consumed(stream, bytes);
    }

    @Override
    public void reset(int stream, ErrorCode code, boolean byPeer, String reason) {
        talks.computeIfAbsent(stream, id -> new Talk()).reset = true;
        ends.add("reset " + stream + " " + code + " " + reason);
    }

    @Override
    public void pong(long payload) {
        ends.add("pong " + payload);
    }

    @Override
    public void goAway(ErrorCode code, String reason) {
        ends.add("goAway " + code);
    }

    @Override
    public void failed(ErrorCode code, String reason) {
        ends.add("failed " + code + " " + reason);
    }
}
