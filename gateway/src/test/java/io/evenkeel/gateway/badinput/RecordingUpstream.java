package io.evenkeel.gateway.badinput;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that writes down every request it received whole, by a lenient reader of its own that
 * shares nothing with the gateway's: LF ends a line, and whatever it takes for a request is one.
 */
final class RecordingUpstream implements AutoCloseable {
    /** Answers a request: bytes to send, after which the connection is closed if it says so. */
    @FunctionalInterface
    interface Answer {
        /** Returns what to send; empty closes without a word. */
        byte[] to(String requestLine);
    }

    static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final Answer answer;
    private final boolean closing;
    private final List<String> whole = new CopyOnWriteArrayList<>();
    private final Semaphore begun = new Semaphore(0);

    /**
     * @param closing whether to close behind each answer
     */
    RecordingUpstream(Answer answer, boolean closing) {
        this.answer = answer;
        this.closing = closing;
        try {
            server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Returns the request lines of all requests received whole. */
    List<String> whole() {
        return List.copyOf(whole);
    }

    void forget() {
        whole.clear();
        begun.drainPermits();
    }

    /** Waits until one more head has arrived. */
    void awaitHead() throws InterruptedException {
        begun.acquire();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String request = request(in); request != null; request = request(in)) {
                whole.add(request);
                byte[] bytes = answer.to(request);
                socket.getOutputStream().write(bytes);
                if (closing || bytes.length == 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // The gateway broke it off: what it began is not a request.
        }
    }

    private @Nullable String request(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(in); !"".equals(line); line = line(in)) {
            if (line == null) {
                return null;
            }
            headers.add(line.toLowerCase(Locale.ROOT));
        }
        begun.release();
        for (String header : headers) {
            if (header.startsWith("transfer-encoding:")) {
                return chunks(in) ? start : null;
            }
        }
        for (String header : headers) {
            if (header.startsWith("content-length:")) {
                int length = Integer.parseInt(header.substring(15).strip());
                return in.readNBytes(length).length == length ? start : null;
            }
        }
        return start;
    }

    private static boolean chunks(InputStream in) throws IOException {
        while (true) {
            String size = line(in);
            if (size == null) {
                return false;
            }
            int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
            if (length > 0) {
                if (in.readNBytes(length).length < length || line(in) == null) {
                    return false;
                }
                continue;
            }
            for (String line = line(in); !"".equals(line); line = line(in)) {
                if (line == null) {
                    return false;
                }
            }
            return true;
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            line.append((char) c);
        }
        return line.toString().replace("\r", "");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
