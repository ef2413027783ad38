package io.evenkeel.app.demo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of HTTP/1.1 requests over keep-alive connections, one thread each, that never
 * repeats a request: what goes wrong is seen and counted. Bounded: every read has a deadline, and
 * {@link #close} ends all threads.
 *
 * <p>A library client would serve, but those repeat a GET by themselves when a kept connection
 * turns out closed, which is just what is to be counted.
 */
public final class LoadClient implements AutoCloseable {
    /** What to send; the body is ASCII. */
    public record Request(String method, String host, String path, String body) {
        /** A GET without a body. */
        public static Request get(String host, String path) {
            return new Request("GET", host, path, "");
        }

        byte[] bytes() {
            String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
            return "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s"
                    .formatted(method, path, host, length, body)
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final int READ_TIMEOUT_MILLIS = 10_000;

    private final InetSocketAddress target;
    private final byte[] request;
    private final long pauseNanos;
    private final LoadTotals totals;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private LoadClient(
            InetSocketAddress target, Request request, Duration pause, LoadTotals totals) {
        this.target = target;
        this.request = request.bytes();
        this.pauseNanos = pause.toNanos();
        this.totals = totals;
    }

    /**
     * Starts the load: {@code connections} threads, each with {@code pause} between its requests.
     */
    public static LoadClient start(
            InetSocketAddress target,
            Request request,
            int connections,
            Duration pause,
            LoadTotals totals) {
        LoadClient client = new LoadClient(target, request, pause, totals);
        for (int i = 0; i < connections; i++) {
            client.threads.add(Thread.ofVirtual().name("load-" + i).start(client::run));
        }
        return client;
    }

    private void run() {
        @Nullable Connection connection = null;
        while (!stopping) {
            try {
                if (connection == null) {
                    connection = new Connection(target);
                }
                if (!exchange(connection)) {
                    connection.close();
                    connection = null;
                }
            } catch (IOException failed) {
                totals.failed("connect: " + failed.getMessage());
                connection = null;
                pause(50_000_000L);
            }
            if (pauseNanos > 0) {
                pause(pauseNanos);
            }
        }
        if (connection != null) {
            connection.close();
        }
    }

    /** Returns whether the connection may be used again. */
    private boolean exchange(Connection connection) {
        long begun = System.nanoTime();
        Reply reply = new Reply();
        try {
            connection.socket.getOutputStream().write(request);
            connection.read(reply);
        } catch (IOException broken) {
            if (reply.begun) {
                totals.cutMidReply();
            } else {
                totals.failed("no answer: " + broken.getMessage());
            }
            return false;
        }
        if (reply.status >= 200 && reply.status < 300) {
            totals.answered(reply.backend, System.nanoTime() - begun);
        } else {
            totals.refused(reply.status, reply.reason);
        }
        return !reply.close;
    }

    private static void pause(long nanos) {
        java.util.concurrent.locks.LockSupport.parkNanos(nanos);
    }

    /** Lets the requests under way end, then stops. */
    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofMillis(2L * READ_TIMEOUT_MILLIS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static final class Reply {
        boolean begun;
        int status;
        boolean close;
        boolean chunked;
        long length;
        String backend = "?";
        String reason = "";
    }

    private static final class Connection {
        final Socket socket = new Socket();
        final InputStream in;

        Connection(InetSocketAddress target) throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.connect(target, READ_TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), 8192);
        }

        void close() {
            try {
                socket.close();
            } catch (IOException ignored) {
                // Closing is all that was wanted.
            }
        }

        void read(Reply reply) throws IOException {
            String statusLine = line(reply);
            if (statusLine.length() < 12) {
                throw new IOException("odd status line: " + statusLine);
            }
            reply.status = Integer.parseInt(statusLine.substring(9, 12));
            for (String header = line(reply); !header.isEmpty(); header = line(reply)) {
                int colon = header.indexOf(':');
                String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
                String value = header.substring(colon + 1).trim();
                switch (name) {
                    case "content-length" -> reply.length = Long.parseLong(value);
                    case "transfer-encoding" -> reply.chunked = true;
                    case "connection" -> reply.close = value.equalsIgnoreCase("close");
                    case "sample-backend" -> reply.backend = value;
                    case "evenkeel-termination" -> reply.reason = value;
                    default -> {
                        // Of no use to a load.
                    }
                }
            }
            if (!reply.chunked) {
                in.skipNBytes(reply.length);
                return;
            }
            long size;
            do {
                size = Long.parseLong(line(reply), 16);
                in.skipNBytes(size + 2);
            } while (size > 0);
        }

        private String line(Reply reply) throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("connection closed");
                }
                reply.begun = true;
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
