package io.evenkeel.gateway.net.epoll;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.Timer;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket, level-triggered. When an accept fails for lack of descriptors it pauses
 * instead of spinning.
 */
final class EpollListener implements Listener, Watched {
    /** How long accepting pauses after a failure; connections wait in the kernel meanwhile. */
    private static final long BACKOFF_NANOS = 100_000_000L;

    /** Connections accepted in a row before others get their turn. */
    private static final int BATCH = 64;

    private static final Logger LOG = LoggerFactory.getLogger(EpollListener.class);

    private final EpollLoop loop;
    private final Sockets sockets;
    private final int fd;
    private final Acceptor acceptor;
    private final InetSocketAddress local;
    private final Timer resume = new Timer(now -> resume());
    private boolean accepting = true;
    private boolean open = true;

    private EpollListener(EpollLoop loop, int fd, InetSocketAddress local, Acceptor acceptor) {
        this.loop = loop;
        this.sockets = loop.sockets();
        this.fd = fd;
        this.local = local;
        this.acceptor = acceptor;
    }

    static ListenResult open(
            EpollLoop loop, InetSocketAddress address, ListenOptions options, Acceptor acceptor) {
        Sockets sockets = loop.sockets();
        int fd = sockets.socket(SocketAddresses.family(address));
        if (fd < 0) {
            return refused(address, -fd);
        }
        int result = sockets.listen(fd, address, options.backlog(), options.sharedPort());
        result = result < 0 ? result : sockets.local(fd);
        if (result == 0) {
            EpollListener made = new EpollListener(loop, fd, sockets.named(), acceptor);
            result = loop.watch(fd, Sockets.READABLE, made);
            if (result == 0) {
                return new ListenResult.Listening(made);
            }
        }
        sockets.close(fd);
        return refused(address, -result);
    }

    private static ListenResult refused(InetSocketAddress address, int errno) {
        String where = "cannot listen on " + address.getHostString() + ":" + address.getPort();
        return new ListenResult.Refused(
                where
                        + ": "
                        + Errno.text(errno)
                        + switch (errno) {
                            case Errno.EADDRINUSE ->
                                    "; stop what listens there (ss -ltnp) or choose another port";
                            case Errno.EACCES ->
                                    "; ports below 1024 need a privilege (CAP_NET_BIND_SERVICE)";
                            case Errno.EADDRNOTAVAIL -> "; ip addr lists those there are";
                            case Errno.EMFILE, Errno.ENFILE -> "; raise the limit on open files";
                            default -> "";
                        });
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void accepting(boolean value) {
        accepting = value;
        if (open) {
            loop.cancel(resume);
            loop.change(fd, value ? Sockets.READABLE : 0);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            loop.cancel(resume);
            loop.forget(fd);
            sockets.close(fd);
        }
    }

    @Override
    public void drop() {
        close();
    }

    @Override
    public void broken() {
        // The connection that broke it was closed by its own.
    }

    @Override
    public void ready(int events) {
        for (int i = 0; i < BATCH && accepting && open; i++) {
            int accepted = sockets.accept(fd);
            if (accepted >= 0) {
                loop.stats().acceptedOne();
                take(accepted, sockets.accepted());
            } else if (accepted == -Errno.EAGAIN) {
                return;
            } else if (accepted != -Errno.ECONNABORTED) {
                backOff(-accepted);
                return;
            }
        }
    }

    private void take(int accepted, InetSocketAddress remote) {
        InetSocketAddress own = local.getAddress().isAnyLocalAddress() ? null : local;
        EpollConnection made = EpollConnection.accepted(loop, accepted, remote, own);
        if (made == null) {
            backOff(Errno.ENOMEM);
            return;
        }
        made.offer(acceptor);
    }

    private void backOff(int errno) {
        loop.stats().acceptFailed();
        LOG.warn("accepting on {} failed ({}); pausing for 100 ms", local, Errno.text(errno));
        if (open) {
            loop.change(fd, 0);
            loop.schedule(resume, loop.nanos() + BACKOFF_NANOS);
        }
    }

    private void resume() {
        if (open && accepting) {
            loop.change(fd, Sockets.READABLE);
        }
    }
}
