package io.evenkeel.gateway.proxy;

import io.evenkeel.kernel.balancing.Node;
import org.jspecify.annotations.Nullable;

/** The clients of a loop, linked in the order in which they came. */
final class ClientList {
    private @Nullable ClientConnection first;
    private @Nullable ClientConnection last;
    private int size;

    int size() {
        return size;
    }

    void add(ClientConnection client) {
        ClientConnection before = last;
        client.previousClient = before;
        if (before == null) {
            first = client;
        } else {
            before.nextClient = client;
        }
        last = client;
        size++;
    }

    void remove(ClientConnection client) {
        ClientConnection before = client.previousClient;
        ClientConnection after = client.nextClient;
        if (before == null) {
            first = after;
        } else {
            before.nextClient = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousClient = before;
        }
        client.previousClient = null;
        client.nextClient = null;
        size--;
    }

    int requests() {
        int n = 0;
        for (ClientConnection c = first; c != null; c = c.nextClient) {
            n += c.busy() ? 1 : 0;
        }
        return n;
    }

    void closeIdle() {
        ClientConnection c = first;
        while (c != null) {
            ClientConnection next = c.nextClient;
            c.closeIfIdle();
            c = next;
        }
    }

    void cut(Node node) {
        ClientConnection c = first;
        while (c != null) {
            ClientConnection next = c.nextClient;
            c.cut(node);
            c = next;
        }
    }
}
