package io.evenkeel.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A relay between a proxy and what is behind it, which writes down every octet that the proxy
 * sends, connection by connection, and passes ends and resets on.
 */
final class Tap implements AutoCloseable {
    /** Every connection of a run comes from an address of its own: ports are used again. */
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();

    private final ServerSocket server;
    private final InetSocketAddress behind;
    private final Map<String, ByteArrayOutputStream> streams = new ConcurrentSkipListMap<>();

    Tap(InetSocketAddress behind) {
        this.behind = behind;
        try {
            server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /**
     * What was sent so far, an octet a character, by the address from which the relay reached what
     * is behind it.
     */
    Map<String, String> streams() {
        Map<String, String> all = new TreeMap<>();
        streams.forEach(
                (from, octets) -> all.put(from, octets.toString(StandardCharsets.ISO_8859_1)));
        return all;
    }

    private void accept() {
        while (true) {
            try {
                Socket proxy = server.accept();
                Thread.ofVirtual().start(() -> serve(proxy));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket proxy) {
        try (proxy;
                Socket upstream = new Socket()) {
            int number = CONNECTIONS.incrementAndGet();
            String from =
                    "127.%d.%d.%d".formatted(1 + (number >> 16), number >> 8 & 0xff, number & 0xff);
            upstream.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            upstream.connect(behind, 5_000);
            upstream.setTcpNoDelay(true);
            proxy.setTcpNoDelay(true);
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            streams.put(from, record);
            Thread back =
                    Thread.ofVirtual()
                            .start(() -> pass(upstream, proxy, OutputStream.nullOutputStream()));
            pass(proxy, upstream, record);
            back.join();
        } catch (IOException refused) {
            // The proxy sees its connection end.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to, OutputStream record) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                record.write(buffer, 0, n);
                to.getOutputStream().write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
