package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.pool.PooledConnection;
import java.nio.ByteBuffer;

/**
 * Both directions of a connection that changed its protocol: opaque bytes, each direction read only
 * while the other side takes what came before, each ended on its own.
 */
final class Tunnel {
    private final ProxyLoop loop;
    private final Exchange exchange;
    private boolean open;
    private boolean upstreamReadable;
    private boolean upstreamEnded;
    private boolean clientEnded;
    private boolean pumping;
    private long movedNanos;

    Tunnel(ProxyLoop loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    void reset() {
        open = false;
        upstreamReadable = false;
        upstreamEnded = false;
        clientEnded = false;
    }

    boolean open() {
        return open;
    }

    long movedNanos() {
        return movedNanos;
    }

    /** The protocol is changed; the reply that said so is in the client's output. */
    void begin(boolean moreFromUpstream) {
        open = true;
        upstreamReadable = moreFromUpstream;
        clientEnded = false;
        movedNanos = loop.net().nanos();
        ClientConnection client = exchange.client();
        if (client.out().failed()) {
            client.abort(TerminationReason.CLIENT_TUNNEL_ABORTED);
            return;
        }
        client.arm();
        fromUpstream();
        client.pump();
    }

    void upstreamReadable() {
        upstreamReadable = true;
        fromUpstream();
    }

    /** One step from client to endpoint. Returns whether there may be another. */
    boolean fromClient() {
        PooledConnection to = exchange.upstream();
        if (to == null || clientEnded || exchange.delivery().unsent()) {
            return false;
        }
        ByteBuffer in = loop.scratch().in;
        in.clear();
        int n = exchange.client().in().readRaw(in);
        if (n > 0) {
            movedNanos = loop.net().nanos();
            in.flip();
            exchange.trace().requestBytes(n);
            exchange.forwardBody(in);
            return open;
        }
        if (n == Connection.EOF) {
            clientEnded = true;
            to.connection().shutdownOutput();
            finishIfEnded();
        } else if (n == Connection.FAILED) {
            exchange.client().abort(TerminationReason.CLIENT_TUNNEL_ABORTED);
        }
        return false;
    }

    /** Moves what there is from endpoint to client. */
    void fromUpstream() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (step()) {
            // Until the endpoint has no more or the client takes no more.
        }
        pumping = false;
    }

    private boolean step() {
        PooledConnection from = exchange.upstream();
        if (!open || from == null || upstreamEnded) {
            return false;
        }
        Output out = exchange.client().out();
        if (!upstreamReadable || out.pending()) {
            return false;
        }
        ByteBuffer in = loop.scratch().in;
        in.clear();
        int n = from.connection().read(in);
        upstreamReadable = n == in.capacity();
        if (n > 0) {
            movedNanos = loop.net().nanos();
            in.flip();
            exchange.trace().responseBytes(n);
            out.write(in);
            if (out.failed()) {
                exchange.client().abort(TerminationReason.CLIENT_TUNNEL_ABORTED);
                return false;
            }
            return true;
        }
        if (n == Connection.EOF) {
            upstreamEnded = true;
            exchange.client().connection().shutdownOutput();
            finishIfEnded();
        } else if (n == Connection.FAILED) {
            exchange.client().abort(TerminationReason.UPSTREAM_TUNNEL_ABORTED);
        }
        return false;
    }

    private void finishIfEnded() {
        if (clientEnded
                && upstreamEnded
                && !exchange.delivery().unsent()
                && !exchange.client().out().pending()) {
            exchange.client().tunnelOver();
        }
    }
}
