package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.source.ProxyHeader;
import io.evenkeel.kernel.balancing.Node;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client and its requests, one after the other: bytes of a later request wait until the reply
 * before it is on its way, so answers come in order. While nothing is under way it holds no buffer
 * and no {@link Exchange}.
 */
final class ClientConnection implements ConnectionHandler {
    private final ProxyLoop loop;
    private final Connection connection;
    private final ClientInput in;
    private final Output out;
    private final Timer timer = new Timer(this::onTimer);
    @Nullable ClientConnection previousClient;
    @Nullable ClientConnection nextClient;

    private ClientSource source;

    /** Reads what may come before the first request; null once it is known. */
    private @Nullable Preface preface;

    private ClientState state = ClientState.IDLE;
    private @Nullable Exchange exchange;

    /** Whether the client has ended its direction. */
    private boolean ended;

    private boolean pumping;
    private boolean pumpAgain;
    private long headDeadlineNanos;

    ClientConnection(ProxyLoop loop, Connection connection) {
        this.loop = loop;
        this.connection = connection;
        in = new ClientInput(loop.buffers(), loop.scratch(), connection);
        out = new Output(loop.buffers(), connection);
        source = loop.sources().peer(connection);
    }

    /** Who gets the connection's first events: itself, unless something comes before HTTP. */
    ConnectionHandler first() {
        if (Preface.expected(loop.sources().proxyProtocol(), source)) {
            preface = new Preface(loop, this);
            return preface;
        }
        armIdle();
        return this;
    }

    /** What comes from here on is HTTP, from this source. */
    void begin(ClientSource from) {
        preface = null;
        source = from;
        connection.handler(this);
        armIdle();
        pump();
    }

    /** The connection begins in a way that is not taken. */
    void refusePreface(TerminationReason reason, String detail) {
        preface = null;
        connection.handler(this);
        state = ClientState.EXCHANGE;
        exchange().refuse(reason, detail.getBytes(StandardCharsets.US_ASCII));
        pump();
    }

    ClientInput in() {
        return in;
    }

    Output out() {
        return out;
    }

    Connection connection() {
        return connection;
    }

    ClientSource source() {
        return source;
    }

    boolean busy() {
        return state == ClientState.EXCHANGE;
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        in.edge();
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
        silent(true);
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
            case LINGER -> came(in.read());
            case CLOSED -> false;
        };
    }

    /** The exchange under way; one begins if there is none. */
    private Exchange exchange() {
        Exchange current = exchange;
        if (current == null) {
            current = loop.takeExchange(this);
            exchange = current;
        }
        return current;
    }

    private boolean stepHead() {
        if (!came(in.headBytes())) {
            return false;
        }
        ByteBuffer bytes = in.bytes();
        Exchange current = exchange();
        RequestHead head = current.request().head();
        int from = bytes.position();
        int result = head.scan(bytes, from, bytes.limit(), loop.settings().limits());
        if (result == RequestHead.NEED_MORE) {
            if (state == ClientState.IDLE) {
                state = ClientState.HEAD;
                headDeadlineNanos = loop.net().nanos() + loop.settings().headNanos();
                arm();
            }
            kept(in.keepForMore(bytes));
            return true;
        }
        state = ClientState.EXCHANGE;
        if (result < 0) {
            current.rejectHead(
                    Rejection.of(result), ProxyHeader.announced(bytes, from, bytes.limit()));
            return true;
        }
        request(current, bytes, result);
        return true;
    }

    /** A whole head is there. */
    private void request(Exchange current, ByteBuffer bytes, int headLength) {
        current.acceptHead(bytes);
        int bodyFrom = bytes.position() + headLength;
        int bodyEnd = current.takeBody(bytes, bodyFrom, bytes.limit());
        if (bodyEnd < 0) {
            current.rejectHead(Rejection.of(bodyEnd), false);
            return;
        }
        boolean ready = loop.routing().route(current, bytes, bodyFrom, bodyEnd);
        if (state == ClientState.LINGER || state == ClientState.CLOSED) {
            // Refused with a body on its way: these bytes have been given back with the rest.
            return;
        }
        bytes.position(bodyEnd);
        kept(in.keep(bytes));
        if (ready) {
            current.attempts().dispatch();
        }
        arm();
    }

    private boolean stepExchange() {
        Exchange current = exchange;
        if (current == null) {
            return false;
        }
        if (current.tunnel().open()) {
            return current.tunnel().fromClient();
        }
        if (current.request().done()) {
            // One buffer of what follows is read ahead, so that the client's end is noticed.
            if (!in.holds() && !ended && came(in.read())) {
                kept(in.keep(in.bytes()));
            }
            return false;
        }
        if (!current.wantsBody() || !came(in.read())) {
            return false;
        }
        ByteBuffer bytes = in.bytes();
        int end = current.takeBody(bytes, 0, bytes.limit());
        if (end < 0) {
            current.rejectBody(Rejection.of(end));
            return true;
        }
        if (current.request().bodyTooLarge()) {
            // The endpoint has a beginning without its end: its connection is broken off.
            current.refuse(TerminationReason.CLIENT_BODY_TOO_LARGE);
            return true;
        }
        if (end < bytes.limit()) {
            bytes.position(end);
            kept(in.keep(bytes));
        }
        bytes.limit(end).position(0);
        current.forwardBody(bytes);
        return true;
    }

    /** What a read brought: handles the end and the failure. Returns whether bytes came. */
    private boolean came(int read) {
        switch (read) {
            case Connection.AGAIN -> {}
            case Connection.EOF -> silent(false);
            case Connection.FAILED -> silent(true);
            case ClientInput.NO_MEMORY -> kept(false);
            default -> {
                return true;
            }
        }
        return false;
    }

    private void kept(boolean kept) {
        if (!kept) {
            abort(TerminationReason.GATEWAY_OVERLOADED);
        }
    }

    /** The client sends nothing more: it has ended its direction, or broken the connection. */
    private void silent(boolean broken) {
        ended |= !broken;
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> abort(TerminationReason.CLIENT_HEAD_ABORTED);
            case EXCHANGE -> {
                // A client that ended behind a whole request still waits for its reply.
                if (exchange != null && (broken || !exchange.request().done())) {
                    exchange.clientGone();
                }
            }
            case CLOSED -> {}
        }
    }

    /** Gives up the request under way and the connection with it. */
    void abort(TerminationReason reason) {
        if (state == ClientState.CLOSED) {
            return;
        }
        Exchange current = exchange;
        if (current != null) {
            current.abandon(reason);
        }
        // A client that still reads must not take what it has for the whole.
        boolean truncated = current != null && current.reply().headSent();
        close(truncated);
    }

    /** The reply is wholly on its way: the next request, or the end. */
    void settled() {
        Exchange done = exchange;
        if (done == null) {
            return;
        }
        boolean keep = done.request().keepsClient() && !loop.draining();
        boolean polite = done.request().expectsClose();
        exchange = null;
        loop.giveBack(done);
        if (keep && !ended) {
            state = ClientState.IDLE;
            armIdle();
            pump();
        } else if ((ended && !in.holds()) || polite) {
            close();
        } else if (keep) {
            // The client has ended behind several requests: answers the rest of them.
            state = ClientState.IDLE;
            pump();
            if (state == ClientState.HEAD || state == ClientState.IDLE) {
                close();
            }
        } else {
            linger();
        }
    }

    private void linger() {
        in.release();
        state = ClientState.LINGER;
        connection.shutdownOutput();
        within(loop.settings().lingerNanos());
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
        if (state == ClientState.CLOSED) {
            return;
        }
        state = ClientState.CLOSED;
        if (preface != null) {
            preface.end();
        }
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.abandon(TerminationReason.GATEWAY_STOPPED);
            loop.giveBack(current);
        }
        loop.net().cancel(timer);
        out.release();
        in.release();
        if (abruptly) {
            connection.reset();
        } else {
            connection.close();
        }
        loop.closed(this);
    }

    /** The gateway is stopping: closes unless a request is under way. */
    void closeIfIdle() {
        if (state == ClientState.IDLE) {
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
        within(loop.settings().keepAliveNanos());
    }

    private void within(long nanos) {
        loop.net().schedule(timer, loop.net().nanos() + nanos);
    }

    private void onTimer(long nowNanos) {
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> {
                state = ClientState.EXCHANGE;
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
}
