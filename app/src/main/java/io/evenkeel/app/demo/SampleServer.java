package io.evenkeel.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/1.1 for any number of sample endpoints, each with a port of its own, on one thread.
 * Made to be cheap and well-behaved, not to be complete.
 */
final class SampleServer {
    /** Most bytes of one request's head. */
    private static final int HEAD_BYTES = 32 * 1024;

    /** One endpoint. */
    static final class Site {
        final String name;
        final InetSocketAddress address;
        final AtomicInteger inFlight = new AtomicInteger();
        final LongAdder served = new LongAdder();

        Site(String name, InetSocketAddress address) {
            this.name = name;
            this.address = address;
        }
    }

    /** How every endpoint answers unless the path says otherwise. */
    record Behaviour(long delayMillis, boolean failFast) {}

    private record Due(long at, long order, SampleConnection connection)
            implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Selector selector = Selector.open();
    private final Behaviour behaviour;
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private long order;

    SampleServer(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
    }

    /** Opens an endpoint's port, any free one for 0; before {@link #start}. */
    Site open(String name, String host, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(host, port), 1_024);
        listener.configureBlocking(false);
        Site site = new Site(name, (InetSocketAddress) listener.getLocalAddress());
        listener.register(selector, SelectionKey.OP_ACCEPT, site);
        return site;
    }

    /** Serves from now on, on a thread that ends with the process. */
    void start() {
        Thread thread = new Thread(this::run, "sample-backend");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (true) {
            try {
                turn();
            } catch (IOException | RuntimeException broken) {
                System.err.println("sample backend: " + broken);
            }
        }
    }

    private void turn() throws IOException {
        Due next = due.peek();
        if (next == null) {
            selector.select();
        } else {
            long wait = next.at - System.nanoTime();
            if (wait > 0) {
                selector.select(Math.max(1, wait / 1_000_000));
            } else {
                selector.selectNow();
            }
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isValid() && key.attachment() instanceof Site site) {
                accept((ServerSocketChannel) key.channel(), site);
            } else if (key.isValid() && key.attachment() instanceof SampleConnection connection) {
                connection.ready(key);
            }
        }
        selector.selectedKeys().clear();
        long now = System.nanoTime();
        while (!due.isEmpty() && due.peek().at <= now) {
            due.remove().connection.answerNow();
        }
    }

    private void accept(ServerSocketChannel listener, Site site) throws IOException {
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            client.configureBlocking(false);
            client.socket().setTcpNoDelay(true);
            SampleConnection connection = new SampleConnection(this, site, client, HEAD_BYTES);
            connection.key(client.register(selector, SelectionKey.OP_READ, connection));
        }
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** Calls the connection back when the answer is due. */
    void later(SampleConnection connection, long delayMillis) {
        due.add(new Due(System.nanoTime() + delayMillis * 1_000_000, order++, connection));
    }

    /**
     * What the path asks for: {@code /delay/MS}, {@code /status/CODE}, {@code /bytes/N}; anything
     * else is 200.
     */
    Answer answer(Site site, String path, long bodyBytes) {
        long delay = number(path, "/delay/", behaviour.delayMillis());
        int status = (int) number(path, "/status/", behaviour.failFast() ? 500 : 200);
        long bytes = number(path, "/bytes/", -1);
        String text =
                bytes >= 0
                        ? "x".repeat((int) Math.min(bytes, 64 << 20))
                        : site.name + " got " + path + " and " + bodyBytes + " bytes\n";
        return new Answer(behaviour.failFast() ? 0 : delay, status, text);
    }

    /** One answer to come. */
    record Answer(long delayMillis, int status, String text) {
        byte[] body() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        byte[] head(Site site, boolean close) {
            return ("HTTP/1.1 "
                            + status
                            + " Sample\r\nContent-Type: text/plain\r\nSample-Backend: "
                            + site.name
                            + "\r\nContent-Length: "
                            + text.length()
                            + (close ? "\r\nConnection: close" : "")
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static long number(String path, String prefix, long otherwise) {
        if (!path.startsWith(prefix)) {
            return otherwise;
        }
        @Nullable String rest = path.substring(prefix.length()).replaceAll("[^0-9].*", "");
        return rest.isEmpty() || rest.length() > 9 ? otherwise : Long.parseLong(rest);
    }
}
