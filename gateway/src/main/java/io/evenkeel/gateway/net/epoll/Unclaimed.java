package io.evenkeel.gateway.net.epoll;

import io.evenkeel.gateway.net.ConnectionHandler;

/** Stands in while the acceptor decides; a connection is only called after it has. */
enum Unclaimed implements ConnectionHandler {
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
