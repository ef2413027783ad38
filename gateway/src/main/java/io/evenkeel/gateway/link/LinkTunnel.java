package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.tunnel.TunnelClient;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.http2.OctetQueue;
import java.nio.ByteBuffer;

/**
 * Joins the tunnel of one link to its connection and its session: octets of the connection are the
 * tunnel's, lines of the session travel within. On the link's loop.
 */
final class LinkTunnel implements TunnelClient.Owner {
    private final NetLoop loop;
    private final Connection connection;
    private final LinkServerSession session;
    private final Runnable turn;
    private final TunnelClient client;
    private final OctetQueue unsent = new OctetQueue();
    private boolean touched;
    private boolean parting;

    /**
     * A tunnel to be.
     *
     * @param turn the end of a turn of the link, at which what waits is sent
     */
    LinkTunnel(NetLoop loop, Connection connection, LinkServerSession session, Runnable turn) {
        this.loop = loop;
        this.connection = connection;
        this.session = session;
        this.turn = turn;
        client = new TunnelClient(loop, this);
    }

    void standsFor(Tunnels tunnels, EndpointKey endpoint, long epoch) {
        tunnels.add(endpoint, epoch, client);
    }

    void leaves(Tunnels tunnels, EndpointKey endpoint, long epoch) {
        tunnels.remove(endpoint, epoch, client);
    }

    /** Takes what came; false: the tunnel is over. */
    boolean received(ByteBuffer in) {
        session.heard(loop.attendedNanos());
        client.received(in, loop.nanos());
        return !client.failed();
    }

    /** Sends what waits as far as the connection takes it; false: it is broken. */
    boolean flush(ByteBuffer buffer) {
        touched = false;
        LinkOutput lines = session.lineOutput();
        while (!lines.isEmpty()) {
            buffer.clear();
            lines.copyTo(buffer);
            buffer.flip();
            lines.sent(buffer.remaining());
            client.send(buffer);
        }
        boolean more = true;
        while (more) {
            while (!unsent.isEmpty()) {
                int count = connection.write(unsent.view());
                if (count == Connection.FAILED) {
                    return false;
                } else if (count == Connection.AGAIN) {
                    return true;
                }
                unsent.taken(count);
            }
            buffer.clear();
            more = client.write(buffer);
            buffer.flip();
            if (!buffer.hasRemaining()) {
                return true;
            }
            int count = connection.write(buffer);
            if (count == Connection.FAILED) {
                return false;
            } else if (buffer.hasRemaining()) {
                unsent.put(buffer);
                return true;
            }
        }
        return true;
    }

    /** Whether requests are under way. */
    boolean carrying() {
        return client.carrying();
    }

    /** Begins no request any more. */
    void finish() {
        client.finish();
    }

    /** Whether the backend takes no more requests. */
    boolean backendGoesAway() {
        return client.backendGoesAway();
    }

    /**
     * Sends GOAWAY behind all that the session said (RFC 9113, section 6.8).
     *
     * @return whether all of it is on its way
     */
    boolean parted(ByteBuffer buffer) {
        if (!session.lineOutput().isEmpty() || !client.linesSent() || !unsent.isEmpty()) {
            return false;
        }
        if (!parting) {
            parting = true;
            client.goAway();
            // What breaks now is found by the next read.
            boolean ignored = flush(buffer);
        }
        return unsent.isEmpty() && client.flushed();
    }

    void close() {
        client.lost();
    }

    @Override
    public void lines(ByteBuffer octets) {
        session.received(loop.attendedNanos(), octets);
    }

    @Override
    public void touched() {
        if (!touched) {
            touched = loop.execute(turn);
        }
    }
}
