package io.evenkeel.gateway.net.epoll;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether this system has an epoll that we can call, tried with a few calls whose results show that
 * every structure lies in memory as we take it to.
 */
public final class EpollProbe {
    private static final long[] MARKS = {0x0123_4567_89AB_CDEFL, 0x7EDC_BA98_7654_3210L};

    private EpollProbe() {}

    /** Why {@link EpollLoop} can't be used here, for people; null if it can. Any thread. */
    public static @Nullable String problem() {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return "epoll is Linux's, this is " + system;
        }
        String machine = System.getProperty("os.arch", "");
        if (!machine.equals("amd64") && !machine.equals("aarch64")) {
            return "its structures are known for x86_64 and aarch64, this is " + machine;
        }
        try {
            Sockets sockets = new Sockets();
            try {
                String problem = events(sockets);
                return problem == null ? addresses(sockets) : problem;
            } finally {
                sockets.free();
            }
        } catch (LinkageError | RuntimeException e) {
            return "the C library can't be called: " + e;
        }
    }

    private static @Nullable String events(Sockets sockets) {
        int epoll = sockets.epoll();
        int[] fds = {sockets.wakeable(), sockets.wakeable()};
        try {
            if (epoll < 0 || fds[0] < 0 || fds[1] < 0) {
                int errno = -Math.min(epoll, Math.min(fds[0], fds[1]));
                return "epoll is refused: " + Errno.text(errno);
            }
            for (int i = 0; i < 2; i++) {
                sockets.control(epoll, Sockets.ADD, fds[i], Sockets.READABLE, MARKS[i]);
                sockets.signal(fds[i]);
            }
            int found = sockets.await(epoll, 0);
            boolean right = found == 2 && sockets.data(0) != sockets.data(1);
            for (int i = 0; right && i < 2; i++) {
                right =
                        sockets.events(i) == Sockets.READABLE
                                && (sockets.data(i) == MARKS[0] || sockets.data(i) == MARKS[1]);
            }
            return right ? null : "struct epoll_event isn't laid out as expected";
        } finally {
            closeAll(sockets, epoll, fds[0], fds[1]);
        }
    }

    private static @Nullable String addresses(Sockets sockets) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int fd = sockets.socket(SocketAddresses.family(any));
        try {
            int result = fd < 0 ? fd : sockets.listen(fd, any, 1, false);
            result = result < 0 ? result : sockets.local(fd);
            if (result < 0) {
                return "sockets are refused: " + Errno.text(-result);
            }
            InetSocketAddress named = sockets.named();
            return named.getAddress().equals(any.getAddress()) && named.getPort() != 0
                    ? null
                    : "struct sockaddr isn't laid out as expected: " + named;
        } finally {
            closeAll(sockets, fd);
        }
    }

    private static void closeAll(Sockets sockets, int... fds) {
        for (int fd : fds) {
            if (fd >= 0) {
                sockets.close(fd);
            }
        }
    }
}
