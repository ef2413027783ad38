package io.evenkeel.gateway.net.nio;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Arrival;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.Unclaimed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket. The selector is level-triggered; the edge of the port is made by taking the interest
 * away from a handler that stopped before the bottom, and giving it back when a read finds the
 * bottom. A handler that always reads to the bottom costs no change of interest at all.
 */
final class NioConnection implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(NioConnection.class);
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private enum State {
        CONNECTING,
        OPEN,
        FAILED,
        CLOSED
    }

    private final @Nullable SocketChannel channel;
    private final InetSocketAddress remote;
    private @Nullable SelectionKey key;
    private ConnectionHandler handler;
    private State state;
    private @Nullable NetFailure failure;
    private @Nullable InetSocketAddress local;
    private boolean foundBottom;
    private boolean ended;

    /** Writing has failed; what came before the break can still be read. */
    private boolean writeBroken;

    private NioConnection(
            @Nullable SocketChannel channel,
            InetSocketAddress remote,
            ConnectionHandler handler,
            State state) {
        this.channel = channel;
        this.remote = remote;
        this.handler = handler;
        this.state = state;
    }

    static NioConnection connect(
            NioLoop loop, InetSocketAddress address, ConnectionHandler handler) {
        SocketChannel channel = null;
        NioConnection connection;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection = new NioConnection(channel, address, handler, State.CONNECTING);
            boolean stands = channel.connect(address);
            connection.key =
                    channel.register(
                            loop.selector(),
                            stands ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
                            connection);
            if (stands) {
                NioConnection connected = connection;
                loop.defer(() -> connected.connected());
            }
        } catch (IOException | RuntimeException e) {
            // Nobody listening on this very machine is said at once, as an exception.
            connection = new NioConnection(channel, address, handler, State.FAILED);
            connection.failure = ChannelFailures.of(e);
            connection.closeChannel();
            NioConnection failed = connection;
            loop.defer(() -> failed.tellFailure());
        }
        return connection;
    }

    static void accepted(NioLoop loop, SocketChannel channel, Acceptor acceptor) {
        NioConnection connection;
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
            connection = new NioConnection(channel, remote, Unclaimed.INSTANCE, State.OPEN);
            connection.key = channel.register(loop.selector(), SelectionKey.OP_READ, connection);
        } catch (IOException | RuntimeException e) {
            // The client was gone before we looked.
            LOG.debug("a connection accepted was already gone", e);
            closeQuietly(channel);
            return;
        }
        connection.offer(acceptor);
    }

    /** Has the acceptor decide who handles it, unless it sets a handler itself. */
    private void offer(Acceptor acceptor) {
        try {
            ConnectionHandler decided = acceptor.accepted(this);
            if (handler == Unclaimed.INSTANCE) {
                handler = decided;
            }
        } finally {
            // It threw: nobody would ever close it.
            if (handler == Unclaimed.INSTANCE) {
                reset();
            }
        }
    }

    /** Hands it to another loop; false: it stays here. */
    boolean moveTo(NioLoop to, Acceptor acceptor) {
        SocketChannel moving = channel;
        SelectionKey here = key;
        if (state != State.OPEN
                || moving == null
                || here == null
                || !to.execute(new Moved(to, moving, remote, local, acceptor))) {
            return false;
        }
        state = State.CLOSED;
        here.cancel();
        return true;
    }

    /** A connection of another loop, on its way to this one. */
    private record Moved(
            NioLoop loop,
            SocketChannel channel,
            InetSocketAddress remote,
            @Nullable InetSocketAddress local,
            Acceptor acceptor)
            implements Arrival {
        @Override
        public void run() {
            NioConnection made = new NioConnection(channel, remote, Unclaimed.INSTANCE, State.OPEN);
            made.local = local;
            try {
                made.key = channel.register(loop.selector(), SelectionKey.OP_READ, made);
            } catch (CancelledKeyException wasHere) {
                // It left this loop a moment ago; the selector forgets it with its next look.
                if (!loop.execute(this)) {
                    turnedAway();
                }
                return;
            } catch (IOException | RuntimeException e) {
                int ignored = made.fail(e);
                made.closeChannel();
                loop.defer(made::tellFailure);
            }
            made.offer(acceptor);
        }

        @Override
        public void turnedAway() {
            closeQuietly(channel);
        }
    }

    @Override
    public int read(ByteBuffer into) {
        if (state != State.OPEN || channel == null) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        if (ended) {
            return EOF;
        }
        int room = into.remaining();
        int n;
        try {
            n = channel.read(into);
        } catch (IOException e) {
            return fail(e);
        }
        if (n < 0) {
            ended = true;
            foundBottom = true;
            interest(SelectionKey.OP_READ, false);
            return EOF;
        }
        foundBottom = n < room;
        if (foundBottom) {
            interest(SelectionKey.OP_READ, true);
        }
        return n;
    }

    @Override
    public int write(ByteBuffer from) {
        if (state != State.OPEN || channel == null || writeBroken) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        try {
            int n = channel.write(from);
            if (from.hasRemaining()) {
                interest(SelectionKey.OP_WRITE, true);
            }
            return n;
        } catch (IOException e) {
            return failWriting(e);
        }
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int count) {
        if (state != State.OPEN || channel == null || writeBroken) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        try {
            long n = channel.write(from, offset, count);
            for (int i = offset; i < offset + count; i++) {
                if (from[i].hasRemaining()) {
                    interest(SelectionKey.OP_WRITE, true);
                    break;
                }
            }
            return n;
        } catch (IOException e) {
            return failWriting(e);
        }
    }

    @Override
    public void shutdownOutput() {
        if (state == State.OPEN && channel != null) {
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    @Override
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            closeChannel();
        }
    }

    @Override
    public void reset() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            if (channel != null) {
                try {
                    // Linger of nothing: what the socket API offers for "send RST".
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                } catch (IOException e) {
                    LOG.debug("the connection was broken already", e);
                }
            }
            closeChannel();
        }
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public void handler(ConnectionHandler handler) {
        this.handler = handler;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public InetSocketAddress local() {
        InetSocketAddress known = local;
        if (known == null && channel != null && state == State.OPEN) {
            try {
                known = (InetSocketAddress) channel.getLocalAddress();
                local = known;
            } catch (IOException e) {
                LOG.debug("the connection was broken already", e);
            }
        }
        return known == null ? NOWHERE : known;
    }

    @Override
    public @Nullable NetFailure failure() {
        return failure;
    }

    /** The selector found something. */
    void ready(int ops) {
        if ((ops & SelectionKey.OP_CONNECT) != 0) {
            finishConnect();
            return;
        }
        if ((ops & SelectionKey.OP_WRITE) != 0 && state == State.OPEN) {
            interest(SelectionKey.OP_WRITE, false);
            handler.onWritable();
        }
        if ((ops & SelectionKey.OP_READ) != 0 && state == State.OPEN) {
            foundBottom = false;
            handler.onReadable();
            if (!foundBottom) {
                interest(SelectionKey.OP_READ, false);
            }
        }
    }

    private void finishConnect() {
        if (state != State.CONNECTING || channel == null) {
            return;
        }
        try {
            if (!channel.finishConnect()) {
                return;
            }
        } catch (IOException e) {
            fail(e);
            handler.onFailed();
            return;
        }
        if (key != null) {
            key.interestOps(SelectionKey.OP_READ);
        }
        connected();
    }

    private void connected() {
        if (state == State.CONNECTING) {
            state = State.OPEN;
            handler.onConnected();
        }
    }

    private void tellFailure() {
        if (state == State.FAILED) {
            handler.onFailed();
        }
    }

    private int failWriting(Exception e) {
        writeBroken = true;
        failure = ChannelFailures.of(e);
        interest(SelectionKey.OP_WRITE, false);
        return FAILED;
    }

    private int fail(Exception e) {
        state = State.FAILED;
        failure = ChannelFailures.of(e);
        if (key != null && key.isValid()) {
            key.interestOps(0);
        }
        return FAILED;
    }

    private void interest(int op, boolean wanted) {
        SelectionKey k = key;
        if (k == null || state != State.OPEN || !k.isValid()) {
            return;
        }
        int ops = k.interestOps();
        int changed = wanted ? ops | op : ops & ~op;
        if (changed != ops) {
            k.interestOps(changed);
        }
    }

    private void closeChannel() {
        if (channel != null) {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection", e);
        }
    }
}
