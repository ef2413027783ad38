package io.evenkeel.gateway.net.nio;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.NetLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop over a {@link Selector}. A steady turn allocates nothing: the selector hands its
 * keys to a consumer instead of a set.
 */
public final class NioLoop extends EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(NioLoop.class);

    private final Selector selector;
    private final Consumer<SelectionKey> dispatch = this::dispatch;

    /**
     * A loop that isn't started. Listeners may be added before {@link #start}.
     *
     * @param name the thread's name
     * @throws UncheckedIOException if the system has no selector to give (descriptors used up)
     */
    public NioLoop(String name) {
        super(name);
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot open a selector; raise the limit on open files", e);
        }
    }

    /**
     * Why an address can't be listened on by us alone, with what to do; null if it can, or if its
     * port is 0. To be asked before several loops share a port: the kernel lets another process of
     * the same user join them without a word.
     */
    public static @Nullable String listenProblem(InetSocketAddress address) {
        return NioListener.problem(address);
    }

    @Override
    public ListenResult listen(
            InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        return NioListener.open(this, address, options, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, ConnectionHandler handler) {
        return NioConnection.connect(this, address, handler);
    }

    @Override
    public boolean move(Connection connection, NetLoop to, Acceptor acceptor) {
        return connection instanceof NioConnection mine
                && to instanceof NioLoop other
                && other != this
                && mine.moveTo(other, acceptor);
    }

    Selector selector() {
        return selector;
    }

    @Override
    protected void poll(long waitNanos) throws IOException {
        if (waitNanos == 0) {
            selector.selectNow(dispatch);
        } else {
            selector.select(dispatch, (waitNanos + 999_999) / 1_000_000);
        }
    }

    @Override
    protected void wake() {
        selector.wakeup();
    }

    private void dispatch(SelectionKey key) {
        beginTurn();
        try {
            if (key.attachment() instanceof NioConnection connection) {
                connection.ready(key.readyOps());
            } else if (key.attachment() instanceof NioListener listener) {
                listener.ready();
            }
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            broken(e);
            if (key.attachment() instanceof NioConnection connection) {
                connection.reset();
            }
        }
    }

    @Override
    protected void release() {
        if (!selector.isOpen()) {
            return;
        }
        for (SelectionKey key : List.copyOf(selector.keys())) {
            try {
                key.channel().close();
            } catch (IOException e) {
                LOG.debug("closing at the loop's end", e);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector", e);
        }
    }
}
