package io.evenkeel.gateway.net;

import java.net.InetSocketAddress;

/** An address at which a loop accepts connections. Used on the loop's thread only. */
public interface Listener {
    /** The address really bound. */
    InetSocketAddress local();

    /** Whether new connections are accepted; when not, they wait in the kernel's backlog. */
    void accepting(boolean accepting);

    /** Stops listening; the connections accepted live on. Idempotent. */
    void close();
}
