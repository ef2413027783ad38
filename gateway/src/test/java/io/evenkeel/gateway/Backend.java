package io.evenkeel.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server that does with each connection what a test says, and nothing else. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
public final class Backend implements AutoCloseable {
    private final ServerSocket server;
    private final Consumer<Talk> script;
    private final List<Talk> talks = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** Listens on any free port; the script runs once per connection, on a thread of its own. */
    public Backend(Consumer<Talk> script) {
        this.script = script;
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with its own name and the body it got, for as long as asked. */
    public static Backend echo(String name) {
        return new Backend(talk -> {
            while (true) {
                Talk.Reply request = talk.request();
                String body = name + ":" + request.body();
                talk.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        });
    }

    private void accept() {
        while (!server.isClosed()) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                return;
            }
            connections.incrementAndGet();
            Thread.ofVirtual()
                    .start(() -> {
                        try (Talk talk = new Talk(socket)) {
                            talks.add(talk);
                            script.accept(talk);
                        } catch (UncheckedIOException end) {
                            // The other side is gone: the script is over.
                        }
                    });
        }
    }

    /** host:port. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Where it listens. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Listens no more; connections stay. */
    public void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes every connection in order; goes on listening. */
    public void closeConnections() {
        talks.forEach(Talk::close);
        talks.clear();
    }

    @Override
    public void close() {
        stopListening();
        closeConnections();
    }
}
