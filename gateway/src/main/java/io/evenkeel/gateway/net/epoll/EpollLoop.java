package io.evenkeel.gateway.net.epoll;

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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An event loop over Linux's epoll. A steady turn costs one call to wait, however many connections
 * have something to say, and allocates nothing.
 */
public final class EpollLoop extends EventLoop {
    private final Sockets sockets;
    private final int epoll;
    private final int wakeable;

    /** By descriptor. */
    private @Nullable Watched[] watched = new @Nullable Watched[256];

    /** By descriptor: what its events carry, so that those of an earlier owner are told apart. */
    private int[] turns = new int[256];

    private int nextTurn = 1;

    /** Guards the waking: its descriptor may be another's once it is closed. */
    private final Object signal = new Object();

    private boolean released;

    /**
     * A loop that isn't started. Listeners may be added before {@link #start}.
     *
     * @param name the thread's name
     * @throws UncheckedIOException if the system has no descriptors to give
     * @throws IllegalStateException if this system has no epoll that we can call: see {@link
     *     EpollProbe}
     */
    public EpollLoop(String name) {
        this(name, new Sockets());
    }

    EpollLoop(String name, Sockets sockets) {
        super(name);
        this.sockets = sockets;
        epoll = sockets.epoll();
        wakeable = sockets.wakeable();
        // Edge-triggered: every signal is told, and none has to be read.
        int events = Sockets.READABLE | Sockets.EDGE;
        int watching =
                epoll < 0 || wakeable < 0
                        ? Math.min(epoll, wakeable)
                        : sockets.control(epoll, Sockets.ADD, wakeable, events, -1);
        if (watching < 0) {
            closeOwn();
            throw new UncheckedIOException(
                    new IOException(
                            "cannot open an epoll: "
                                    + Errno.text(-watching)
                                    + "; raise the limit on open files"));
        }
    }

    private void closeOwn() {
        if (wakeable >= 0) {
            sockets.close(wakeable);
        }
        if (epoll >= 0) {
            sockets.close(epoll);
        }
        sockets.free();
    }

    Sockets sockets() {
        return sockets;
    }

    @Override
    public ListenResult listen(
            InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        return EpollListener.open(this, address, options, acceptor);
    }

    @Override
    public Connection connect(InetSocketAddress address, ConnectionHandler handler) {
        return EpollConnection.connect(this, address, handler);
    }

    @Override
    public boolean move(Connection connection, NetLoop to, Acceptor acceptor) {
        return connection instanceof EpollConnection mine
                && to instanceof EpollLoop other
                && other != this
                && mine.moveTo(other, acceptor);
    }

    /**
     * Waits for a descriptor's events from now on.
     *
     * @return 0, or the negative of an {@link Errno}
     */
    int watch(int fd, int wanted, Watched who) {
        if (fd >= watched.length) {
            int length = Math.max(fd + 1, watched.length * 2);
            watched = Arrays.copyOf(watched, length);
            turns = Arrays.copyOf(turns, length);
        }
        int turn = nextTurn++;
        int result = sockets.control(epoll, Sockets.ADD, fd, wanted, ticket(fd, turn));
        if (result == 0) {
            watched[fd] = who;
            turns[fd] = turn;
        }
        return result;
    }

    /** Waits for other events of a descriptor. */
    int change(int fd, int wanted) {
        return sockets.control(epoll, Sockets.MODIFY, fd, wanted, ticket(fd, turns[fd]));
    }

    /** A descriptor is about to be closed, which takes it from the epoll. */
    void forget(int fd) {
        if (fd < watched.length) {
            watched[fd] = null;
        }
    }

    /** A descriptor is another loop's from now on. */
    void giveAway(int fd) {
        forget(fd);
        // Fails if the other loop has closed it meanwhile, which is as good: nobody is told of it.
        int ignored = sockets.control(epoll, Sockets.DELETE, fd, 0, 0);
    }

    private static long ticket(int fd, int turn) {
        return (long) turn << 32 | fd;
    }

    @Override
    protected void poll(long waitNanos) throws IOException {
        int millis = (int) ((waitNanos + 999_999) / 1_000_000);
        int count = sockets.await(epoll, millis);
        if (count < 0 && count != -Errno.EINTR) {
            throw new IOException(Errno.text(-count));
        }
        if (count > 0) {
            beginTurn();
        }
        for (int i = 0; i < count; i++) {
            long ticket = sockets.data(i);
            int fd = (int) ticket;
            Watched who = fd < 0 ? null : watched[fd];
            if (who != null && turns[fd] == (int) (ticket >>> 32)) {
                dispatch(who, sockets.events(i));
            }
        }
    }

    private static void dispatch(Watched who, int events) {
        try {
            who.ready(events);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            broken(e);
            who.broken();
        }
    }

    @Override
    protected void wake() {
        synchronized (signal) {
            if (!released) {
                sockets.signal(wakeable);
            }
        }
    }

    @Override
    protected void release() {
        synchronized (signal) {
            if (released) {
                return;
            }
            released = true;
        }
        for (Watched who : watched) {
            if (who != null) {
                who.drop();
            }
        }
        closeOwn();
    }
}
