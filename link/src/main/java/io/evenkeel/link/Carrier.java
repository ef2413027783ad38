package io.evenkeel.link;

import io.evenkeel.link.tunnel.TunnelServer;
import io.evenkeel.wire.link.TunnelLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one connection to a gateway: those of the session, or of a tunnel that carries the
 * session's lines and requests. On the driver's thread.
 */
final class Carrier implements TunnelServer.Owner {
    private static final byte[] NOTHING = {};

    private final LinkDriver driver;
    private final SocketChannel channel;
    private final LinkSession session;
    private final @Nullable ForwardPool forwards;
    private final Runnable settle;
    private @Nullable TunnelServer tunnel;
    private byte[] pending = NOTHING;
    private boolean touched;

    /**
     * A connection of which nothing has come yet.
     *
     * @param forwards where requests go, null for a link without a tunnel
     * @param settle asked for, soon, when there may be something to {@link #send}
     */
    Carrier(
            LinkDriver driver,
            SocketChannel channel,
            LinkSession session,
            @Nullable ForwardPool forwards,
            Runnable settle) {
        this.driver = driver;
        this.channel = channel;
        this.session = session;
        this.forwards = forwards;
        this.settle = settle;
    }

    /** Takes what came. */
    void received(ByteBuffer in) {
        long now = System.nanoTime();
        TunnelServer open = tunnel;
        if (open == null) {
            session.received(now, in);
            if (forwards == null || session.state() == LinkSession.State.HANDSHAKE) {
                return;
            }
            open = new TunnelServer(TunnelLimits.ofBackend(), forwards, this);
            tunnel = open;
        }
        session.heard(now);
        open.received(in, now);
        if (open.failed()) {
            session.ended("the tunnel ended");
        }
    }

    /** Sends what there is, as far as it is taken. */
    void send() throws IOException {
        touched = false;
        byte[] more = session.takeOutput();
        TunnelServer open = tunnel;
        if (open != null) {
            open.send(more);
            send(open);
            return;
        }
        if (more.length > 0) {
            byte[] joined = Arrays.copyOf(pending, pending.length + more.length);
            System.arraycopy(more, 0, joined, pending.length, more.length);
            pending = joined;
        }
        boolean ignored = flushed();
    }

    private void send(TunnelServer open) throws IOException {
        boolean again = true;
        while (again && flushed()) {
            ByteBuffer buffer = driver.outgoing();
            buffer.clear();
            again = open.write(buffer);
            buffer.flip();
            again &= buffer.hasRemaining();
            channel.write(buffer);
            if (buffer.hasRemaining()) {
                pending = new byte[buffer.remaining()];
                buffer.get(pending);
            }
        }
    }

    /** Writes what the last attempt left; whether nothing is left of it now. */
    private boolean flushed() throws IOException {
        if (pending.length > 0) {
            int sent = channel.write(ByteBuffer.wrap(pending));
            pending =
                    sent == pending.length
                            ? NOTHING
                            : Arrays.copyOfRange(pending, sent, pending.length);
        }
        return pending.length == 0;
    }

    /** Whether the gateway has to take something before more can be sent. */
    boolean waits() {
        return pending.length > 0;
    }

    /** Says that no stream is accepted any more, as the last thing. */
    void stop() {
        TunnelServer open = tunnel;
        if (open != null) {
            open.stop();
        }
    }

    /** The connection is gone: what it carried is broken off. */
    void lost() {
        TunnelServer open = tunnel;
        if (open != null) {
            open.lost();
        }
    }

    @Override
    public void lines(ByteBuffer octets) {
        session.received(System.nanoTime(), octets);
    }

    @Override
    public void touched() {
        // Often called from within a turn of this link, which ends with it anyway.
        if (!touched) {
            touched = true;
            driver.execute(() -> {
                if (touched) {
                    settle.run();
                }
            });
        }
    }
}
