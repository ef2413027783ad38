package io.evenkeel.gateway.net.epoll;

/** A descriptor that the loop waits for. */
interface Watched {
    /** Something has happened: a set of {@link Sockets}' events. */
    void ready(int events);

    /** A handler threw: what it was called for is given up. */
    void broken();

    /** The loop ends: close, tell nobody. */
    void drop();
}
