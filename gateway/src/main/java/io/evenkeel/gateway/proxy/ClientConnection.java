package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Provenance;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.kernel.balancing.Node;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client and its requests, one after the other: bytes of a later request wait until the reply
 * before it is on its way, so answers come in order. While nothing is under way it holds no buffer
 * and no {@link Exchange}.
 */
final class ClientConnection implements ConnectionHandler {
    private enum State {
        /** Between requests. */
        IDLE,
        /** Part of a head has come. */
        HEAD,
        /** A request is under way, or an upgraded connection. */
        EXCHANGE,
        /**
         * The last reply is sent and our direction ended; reads on until the client ends its own.
         */
        LINGER,
        /** Over. */
        CLOSED
    }

    private final ProxyLoop loop;
    private final Connection connection;
    private final Output out;
    private final Provenance provenance;
    private final boolean namesService;
    private final Timer timer = new Timer(this::onTimer);
    @Nullable ClientConnection previousClient;
    @Nullable ClientConnection nextClient;

    private State state = State.IDLE;
    private @Nullable Exchange exchange;

    /** Bytes read and not used yet, from position to limit: a part of a head, or what follows. */
    private @Nullable ByteBuffer held;

    /** Whether the scanner has seen all of {@link #held} and wants more. */
    private boolean wantsMore;

    private boolean readable;
    private boolean ended;
    private boolean pumping;
    private boolean pumpAgain;
    private long headDeadlineNanos;

    ClientConnection(ProxyLoop loop, Connection connection) {
        this.loop = loop;
        this.connection = connection;
        out = new Output(loop.buffers(), connection);
        InetSocketAddress remote = connection.remote();
        InetAddress source = remote.getAddress();
        boolean trusted = loop.trusts(source);
        provenance = new Provenance(source, connection.local().getPort(), false, trusted);
        namesService = trusted || source.isLoopbackAddress();
        armIdle();
    }

    Output out() {
        return out;
    }

    Connection connection() {
        return connection;
    }

    Provenance provenance() {
        return provenance;
    }

    /** What a policy that keeps a source at its endpoint goes by. */
    int sourceHash() {
        return connection.remote().getAddress().hashCode();
    }

    boolean namesService() {
        return namesService;
    }

    /** Whether the client has ended its direction. */
    boolean ended() {
        return ended;
    }

    boolean busy() {
        return state == State.EXCHANGE;
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        readable = true;
        pump();
    }

    @Override
    public void onWritable() {
        boolean some = out.drain();
        Exchange current = exchange;
        if (current != null) {
            current.clientDrained(some);
        }
        pump();
    }

    @Override
    public void onFailed() {
        broken();
    }

    /** Goes on with whatever can be gone on with. */
    void pump() {
        if (pumping) {
            pumpAgain = true;
            return;
        }
        pumping = true;
        do {
            pumpAgain = false;
            while (step()) {
                // Each step reads or scans something, or changes the state.
            }
        } while (pumpAgain);
        pumping = false;
    }

    private boolean step() {
        return switch (state) {
            case IDLE, HEAD -> !out.pending() && stepHead();
            case EXCHANGE -> stepExchange();
            case LINGER -> stepLinger();
            case CLOSED -> false;
        };
    }

    private boolean stepHead() {
        ByteBuffer in = held;
        if (in == null) {
            in = loop.scratch().in;
            in.clear();
            if (!read(in)) {
                return false;
            }
            in.flip();
        } else if (wantsMore) {
            if (!readable) {
                return false;
            }
            in = roomBehind(in);
            if (in == null) {
                return false;
            }
            int from = in.position();
            int end = in.limit();
            in.limit(in.capacity()).position(end);
            boolean some = read(in);
            if (state == State.CLOSED) {
                return false;
            }
            in.limit(in.position()).position(from);
            if (!some) {
                return false;
            }
        }
        Exchange current = exchange;
        if (current == null) {
            current = loop.takeExchange(this);
            exchange = current;
        }
        RequestHead head = current.requestHead();
        int result = head.scan(in, in.position(), in.limit(), loop.settings().limits());
        if (result == RequestHead.NEED_MORE) {
            if (state == State.IDLE) {
                state = State.HEAD;
                headDeadlineNanos = loop.net().nanos() + loop.settings().headNanos();
                arm();
            }
            wantsMore = true;
            hold(in);
            return true;
        }
        state = State.EXCHANGE;
        wantsMore = false;
        if (result < 0) {
            current.reject(Rejection.of(result));
            return true;
        }
        request(current, in, result);
        return true;
    }

    /** A whole head is there. */
    private void request(Exchange current, ByteBuffer in, int headLength) {
        current.acceptHead(in);
        int bodyFrom = in.position() + headLength;
        int end = in.limit();
        int bodyEnd = current.takeBody(in, bodyFrom, end);
        if (bodyEnd < 0) {
            current.reject(Rejection.of(bodyEnd));
            return;
        }
        boolean ready = current.prepare(in, bodyFrom, bodyEnd);
        in.position(bodyEnd);
        hold(in);
        if (ready) {
            current.dispatch();
        }
        arm();
    }

    private boolean stepExchange() {
        Exchange current = exchange;
        if (current == null) {
            return false;
        }
        if (current.tunnelling()) {
            return current.tunnel().fromClient();
        }
        if (current.requestDone()) {
            // One buffer of what follows is read ahead, so that the client's end is noticed.
            if (held != null || ended || !readable) {
                return false;
            }
            ByteBuffer in = loop.scratch().in;
            in.clear();
            if (read(in)) {
                in.flip();
                hold(in);
            }
            return false;
        }
        if (!current.wantsBody()) {
            return false;
        }
        ByteBuffer in = loop.scratch().in;
        in.clear();
        if (!read(in)) {
            return false;
        }
        in.flip();
        int end = current.takeBody(in, 0, in.limit());
        if (end < 0) {
            current.rejectBody(Rejection.of(end));
            return true;
        }
        int limit = in.limit();
        if (end < limit) {
            in.position(end);
            hold(in);
        }
        in.limit(end).position(0);
        current.forwardBody(in);
        return true;
    }

    private boolean stepLinger() {
        ByteBuffer in = loop.scratch().in;
        in.clear();
        return read(in);
    }

    /** Reads; handles the end and the failure. Returns whether bytes came. */
    private boolean read(ByteBuffer into) {
        if (!readable) {
            return false;
        }
        int room = into.remaining();
        int n = connection.read(into);
        if (n > 0) {
            readable = n == room;
            return true;
        }
        readable = false;
        if (n == Connection.EOF) {
            endOfInput();
        } else if (n == Connection.FAILED) {
            broken();
        }
        return false;
    }

    /** For the tunnel: reads what the client sends. Returns as {@link Connection#read}. */
    int readRaw(ByteBuffer into) {
        ByteBuffer first = held;
        if (first != null) {
            int n = first.remaining();
            into.put(first);
            releaseHeld();
            return n;
        }
        if (!readable) {
            return Connection.AGAIN;
        }
        int room = into.remaining();
        int n = connection.read(into);
        readable = n == room;
        return n;
    }

    private void endOfInput() {
        ended = true;
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> abort(TerminationReason.CLIENT_HEAD_ABORTED);
            case EXCHANGE -> {
                // A client that ended behind a whole request still waits for its reply.
                if (exchange != null && !exchange.requestDone()) {
                    exchange.clientGone();
                }
            }
            case CLOSED -> {}
        }
    }

    private void broken() {
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> abort(TerminationReason.CLIENT_HEAD_ABORTED);
            case EXCHANGE -> {
                if (exchange != null) {
                    exchange.clientGone();
                }
            }
            case CLOSED -> {}
        }
    }

    /** Gives up the request under way and the connection with it. */
    void abort(TerminationReason reason) {
        if (state == State.CLOSED) {
            return;
        }
        Exchange current = exchange;
        if (current != null) {
            current.abandon(reason);
        }
        // A client that still reads must not take what it has for the whole.
        boolean truncated = current != null && current.replyBegun();
        close(truncated);
    }

    /** The reply is wholly on its way: the next request, or the end. */
    void settled() {
        Exchange done = exchange;
        if (done == null) {
            return;
        }
        boolean keep = done.keepsClient() && !loop.draining();
        boolean polite = done.clientExpectsClose();
        exchange = null;
        loop.giveBack(done);
        if (keep && !ended) {
            state = State.IDLE;
            armIdle();
            pump();
        } else if ((ended && held == null) || polite) {
            close();
        } else if (keep) {
            // The client has ended behind several requests: answers the rest of them.
            state = State.IDLE;
            pump();
            if (state == State.HEAD || state == State.IDLE) {
                close();
            }
        } else {
            linger();
        }
    }

    private void linger() {
        releaseHeld();
        state = State.LINGER;
        connection.shutdownOutput();
        loop.net().schedule(timer, loop.net().nanos() + loop.settings().lingerNanos());
        pump();
    }

    /** Both directions of the tunnel have ended. */
    void tunnelOver() {
        if (exchange != null) {
            exchange.abandon(TerminationReason.TUNNEL_COMPLETE);
        }
        close();
    }

    private void close() {
        close(false);
    }

    private void close(boolean abruptly) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.abandon(TerminationReason.GATEWAY_STOPPED);
            loop.giveBack(current);
        }
        loop.net().cancel(timer);
        out.release();
        releaseHeld();
        if (abruptly) {
            connection.reset();
        } else {
            connection.close();
        }
        loop.closed(this);
    }

    /** The gateway is stopping: closes unless a request is under way. */
    void closeIfIdle() {
        if (state == State.IDLE) {
            close();
        }
    }

    void cut(Node node) {
        if (exchange != null) {
            exchange.cut(node);
        }
    }

    /** Sets the timer to the earliest deadline of the state. */
    void arm() {
        switch (state) {
            case IDLE -> armIdle();
            case HEAD -> loop.net().schedule(timer, headDeadlineNanos);
            case EXCHANGE -> {
                if (exchange != null) {
                    loop.net().schedule(timer, exchange.nextDeadlineNanos());
                }
            }
            case LINGER, CLOSED -> {}
        }
    }

    private void armIdle() {
        loop.net().schedule(timer, loop.net().nanos() + loop.settings().keepAliveNanos());
    }

    private void onTimer(long nowNanos) {
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> {
                state = State.EXCHANGE;
                if (exchange != null) {
                    exchange.refuse(TerminationReason.CLIENT_HEAD_TIMEOUT);
                }
            }
            case EXCHANGE -> {
                if (exchange != null && exchange.checkDeadlines(nowNanos)) {
                    arm();
                }
            }
            case CLOSED -> {}
        }
        pump();
    }

    /** Keeps what a buffer still holds; the buffer may be the one held already. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one of equal content
    private void hold(ByteBuffer in) {
        if (in == held) {
            if (!in.hasRemaining()) {
                releaseHeld();
            }
            return;
        }
        if (!in.hasRemaining()) {
            return;
        }
        ByteBuffer kept = loop.buffers().acquire(in.remaining());
        if (kept == null) {
            abort(TerminationReason.GATEWAY_OVERLOADED);
            return;
        }
        held = kept.put(in).flip();
    }

    /** Room for at least one byte more behind what is held; null if there is none to be had. */
    private @Nullable ByteBuffer roomBehind(ByteBuffer in) {
        held = null;
        ByteBuffer roomy = Scratch.room(loop.buffers(), in, 1);
        if (roomy == null) {
            abort(TerminationReason.GATEWAY_OVERLOADED);
            return null;
        }
        held = roomy;
        return roomy;
    }

    private void releaseHeld() {
        if (held != null) {
            loop.buffers().release(held);
            held = null;
        }
    }
}
