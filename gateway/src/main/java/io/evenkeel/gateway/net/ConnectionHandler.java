package io.evenkeel.gateway.net;

/** What the owner of a {@link Connection} is told. Called on the loop's thread; must not throw. */
public interface ConnectionHandler {
    /** A connection that {@link NetLoop#connect} began now stands. Not called for accepted ones. */
    void onConnected();

    /** An edge: something can be read. */
    void onReadable();

    /** There is room again after a write that took less than it was given. */
    void onWritable();

    /**
     * Connecting failed, or the connection broke outside of a call; see {@link Connection#failure}.
     * The connection is still to be closed.
     */
    void onFailed();
}
