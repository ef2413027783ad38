package io.evenkeel.gateway.pool;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;

/** Makes connections to one endpoint, on one loop. */
@FunctionalInterface
public interface Dialer {
    /** Begins to connect; as {@link io.evenkeel.gateway.net.NetLoop#connect}. */
    Connection dial(ConnectionHandler handler);

    /**
     * Whether one that it made may be used again, though it stands: there may be a better way
     * meanwhile.
     */
    default boolean keeps(Connection made) {
        return true;
    }
}
