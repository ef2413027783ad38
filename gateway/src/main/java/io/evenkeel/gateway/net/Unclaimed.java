package io.evenkeel.gateway.net;

/**
 * For transports: stands in while the acceptor decides; a connection is only called after it has.
 */
public enum Unclaimed implements ConnectionHandler {
    /** The only value. */
    INSTANCE;

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {}

    @Override
    public void onWritable() {}

    @Override
    public void onFailed() {}
}
