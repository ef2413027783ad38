package io.evenkeel.gateway.pool;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;

/** Makes connections to one endpoint, on one loop. */
@FunctionalInterface
public interface Dialer {
    /** Begins to connect; as {@link io.evenkeel.gateway.net.NetLoop#connect}. */
    Connection dial(ConnectionHandler handler);
}
