package io.evenkeel.it.chaos;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection of HTTP/1.1 for one request after the other, each sent once. Ended by its first
 * failure. One thread.
 */
final class KeptConnection {
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean used;
    private boolean begun;
    private boolean stale;
    private String failure = "";

    /** Connects within this time. */
    KeptConnection(InetSocketAddress to, int millis) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, millis);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Whether a GET was answered with 200, whole, without a silence of this length. */
    boolean get(String path, int millis) {
        begun = false;
        try {
            socket.setSoTimeout(millis);
            String request = "GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            read();
        } catch (SocketTimeoutException silent) {
            failure = begun ? "silent within the reply" : "silent";
        } catch (IOException broken) {
            failure = broken.toString();
            stale = used && !begun;
        }
        used = true;
        if (!failure.isEmpty()) {
            close();
        }
        return failure.isEmpty();
    }

    private void read() throws IOException {
        String status = line();
        long length = 0;
        String reason = "";
        for (String header = line(); !header.isEmpty(); header = line()) {
            String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
            String value = header.substring(header.indexOf(':') + 1).trim();
            switch (name) {
                case "content-length" -> length = Long.parseLong(value);
                case "evenkeel-termination" -> reason = value;
                default -> {}
            }
        }
        in.skipNBytes(length);
        if (!status.startsWith("HTTP/1.1 200 ")) {
            failure = status + " " + reason;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed");
            }
            begun = true;
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Whether it failed as one does that was closed while nothing was on its way. */
    boolean stale() {
        return stale;
    }

    /** What was wrong with the last request. */
    String failure() {
        return failure;
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }
}
