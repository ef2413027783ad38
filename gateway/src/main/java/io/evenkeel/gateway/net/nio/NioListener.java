package io.evenkeel.gateway.net.nio;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.Timer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket. When an accept fails for lack of descriptors it pauses instead of spinning.
 */
final class NioListener implements Listener {
    /** How long accepting pauses after a failure; connections wait in the kernel meanwhile. */
    static final long BACKOFF_NANOS = 100_000_000L;

    /** Connections accepted in a row before others get their turn. */
    private static final int BATCH = 64;

    private static final Logger LOG = LoggerFactory.getLogger(NioListener.class);

    private final NioLoop loop;
    private final ServerSocketChannel channel;
    private final Acceptor acceptor;
    private final InetSocketAddress local;
    private final Timer resume = new Timer(now -> resume());
    private final SelectionKey key;
    private boolean accepting = true;

    private NioListener(NioLoop loop, ServerSocketChannel channel, Acceptor acceptor)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.acceptor = acceptor;
        local = (InetSocketAddress) channel.getLocalAddress();
        key = channel.register(loop.selector(), SelectionKey.OP_ACCEPT);
        attach();
    }

    static ListenResult open(
            NioLoop loop, InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (options.sharedPort()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, options.backlog());
            return new ListenResult.Listening(new NioListener(loop, channel, acceptor));
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            return new ListenResult.Refused(explain(address, e));
        }
    }

    /** Why nobody could listen here alone; null if one could, or the port is 0. */
    static @Nullable String problem(InetSocketAddress address) {
        if (address.getPort() == 0) {
            return null;
        }
        try (ServerSocketChannel alone = ServerSocketChannel.open()) {
            alone.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            alone.bind(address, 1);
            return null;
        } catch (IOException | RuntimeException e) {
            return explain(address, e);
        }
    }

    private static String explain(InetSocketAddress address, Exception e) {
        String where = "cannot listen on " + address.getHostString() + ":" + address.getPort();
        String message = String.valueOf(e.getMessage());
        if (e instanceof BindException && message.contains("in use")) {
            return where + ": the address is in use; end what listens there or choose another port";
        }
        if (e instanceof BindException && message.contains("assign")) {
            return where
                    + ": this machine has no such address; choose one it has, or 0.0.0.0 for all";
        }
        if (message.contains("denied")) {
            return where + ": permission denied; ports below 1024 need CAP_NET_BIND_SERVICE";
        }
        if (message.contains("Too many open files")) {
            return where + ": too many open files; raise the limit (ulimit -n)";
        }
        return where + ": " + message;
    }

    private void attach() {
        key.attach(this);
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void accepting(boolean accepting) {
        this.accepting = accepting;
        if (key.isValid()) {
            loop.cancel(resume);
            key.interestOps(accepting ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    @Override
    public void close() {
        loop.cancel(resume);
        closeQuietly(channel);
    }

    void ready() {
        for (int i = 0; i < BATCH && accepting && channel.isOpen(); i++) {
            SocketChannel accepted;
            try {
                accepted = channel.accept();
            } catch (IOException e) {
                backOff(e);
                return;
            }
            if (accepted == null) {
                return;
            }
            loop.stats().acceptedOne();
            NioConnection.accepted(loop, accepted, acceptor);
        }
    }

    private void backOff(IOException e) {
        loop.stats().acceptFailed();
        LOG.warn("accepting on {} failed ({}); pausing for 100 ms", local, e.getMessage());
        if (key.isValid()) {
            key.interestOps(0);
            loop.schedule(resume, loop.nanos() + BACKOFF_NANOS);
        }
    }

    private void resume() {
        if (key.isValid() && accepting) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private static void closeQuietly(@Nullable ServerSocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing a listener", e);
            }
        }
    }
}
