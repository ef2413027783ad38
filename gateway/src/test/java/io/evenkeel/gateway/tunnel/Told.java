package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.ConnectionHandler;
import java.util.ArrayList;
import java.util.List;

/** Remembers what the owner of a connection was told. */
final class Told implements ConnectionHandler {
    final List<String> events = new ArrayList<>();

    @Override
    public void onConnected() {
        events.add("connected");
    }

    @Override
    public void onReadable() {
        events.add("readable");
    }

    @Override
    public void onWritable() {
        events.add("writable");
    }

    @Override
    public void onFailed() {
        events.add("failed");
    }
}
