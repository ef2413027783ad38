package io.evenkeel.gateway;

import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.epoll.EpollLoop;
import io.evenkeel.gateway.net.epoll.EpollProbe;
import io.evenkeel.gateway.net.nio.NioLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a gateway's loops reach the network. */
public enum Transport {
    /** epoll where it can be called, else NIO. */
    AUTO,
    /** Linux's epoll, called by the foreign function API. */
    EPOLL,
    /** {@code java.nio.channels}, everywhere. */
    NIO;

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** Asked once: it makes sockets. */
    private static final class Epoll {
        static final @Nullable String PROBLEM = EpollProbe.problem();
    }

    /**
     * What the loops will really use.
     *
     * @throws IllegalStateException if epoll is asked for and can't be used; the message says why
     *     and what to do
     */
    public Transport settled() {
        if (this == NIO) {
            return NIO;
        }
        String problem = Epoll.PROBLEM;
        if (problem == null) {
            return EPOLL;
        }
        if (this == EPOLL) {
            throw new IllegalStateException(
                    "transport: epoll can't be used: " + problem + " (expected: auto or nio here)");
        }
        LOG.info("the network is reached by NIO, which costs more: {}", problem);
        return NIO;
    }

    EventLoop loop(String name) {
        return this == EPOLL ? new EpollLoop(name) : new NioLoop(name);
    }
}
