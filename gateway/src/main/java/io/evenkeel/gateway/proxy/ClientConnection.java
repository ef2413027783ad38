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
    private final ClientInput in;
    private final Output out;
    private final Provenance provenance;
    private final boolean namesService;
    private final Timer timer = new Timer(this::onTimer);
    @Nullable ClientConnection previousClient;
    @Nullable ClientConnection nextClient;

    private State state = State.IDLE;
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
        InetSocketAddress remote = connection.remote();
        InetAddress source = remote.getAddress();
        boolean trusted = loop.trusts(source);
        provenance = new Provenance(source, connection.local().getPort(), false, trusted);
        namesService = trusted || source.isLoopbackAddress();
        armIdle();
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

    boolean busy() {
        return state == State.EXCHANGE;
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

    private boolean stepHead() {
        if (!came(in.headBytes())) {
            return false;
        }
        ByteBuffer bytes = in.bytes();
        Exchange current = exchange;
        if (current == null) {
            current = loop.takeExchange(this);
            exchange = current;
        }
        RequestHead head = current.request().head();
        int from = bytes.position();
        int result = head.scan(bytes, from, bytes.limit(), loop.settings().limits());
        if (result == RequestHead.NEED_MORE) {
            if (state == State.IDLE) {
                state = State.HEAD;
                headDeadlineNanos = loop.net().nanos() + loop.settings().headNanos();
                arm();
            }
            kept(in.keepForMore(bytes));
            return true;
        }
        state = State.EXCHANGE;
        if (result < 0) {
            current.reject(Rejection.of(result));
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
            current.reject(Rejection.of(bodyEnd));
            return;
        }
        boolean ready = current.prepare(bytes, bodyFrom, bodyEnd);
        if (state == State.LINGER || state == State.CLOSED) {
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
        if (state == State.CLOSED) {
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
            state = State.IDLE;
            armIdle();
            pump();
        } else if ((ended && !in.holds()) || polite) {
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
        in.release();
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
}
