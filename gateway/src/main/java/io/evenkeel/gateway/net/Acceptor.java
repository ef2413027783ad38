package io.evenkeel.gateway.net;

/** Takes the connections that a {@link Listener} accepts. Called on the loop's thread. */
@FunctionalInterface
public interface Acceptor {
    /**
     * A client connected. The handler returned is called from then on; it may also have closed the
     * connection already.
     */
    ConnectionHandler accepted(Connection connection);
}
