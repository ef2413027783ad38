package io.evenkeel.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a backend whether it serves: one connection, and one GET if there is a path. Blocking. */
final class BackendCheck {
    private final String host;
    private final int port;
    private final String path;
    private final int timeoutMillis;

    BackendCheck(String address, String path, Duration timeout) {
        int colon = address.lastIndexOf(':');
        String name = address.substring(0, colon).replaceAll("^\\[|\\]$", "");
        this.host = name.isEmpty() ? "127.0.0.1" : name;
        this.port = Integer.parseInt(address.substring(colon + 1));
        this.path = path;
        this.timeoutMillis = (int) Math.max(1, timeout.toMillis());
    }

    /** Whether it answers, and well. */
    boolean passes() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), timeoutMillis);
            if (path.isEmpty()) {
                return true;
            }
            socket.setSoTimeout(timeoutMillis);
            String request =
                    "GET "
                            + path
                            + " HTTP/1.1\r\nHost: "
                            + host
                            + ":"
                            + port
                            + "\r\nUser-Agent: evenkeel-link\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return good(socket.getInputStream());
        } catch (IOException failed) {
            return false;
        }
    }

    private static boolean good(InputStream in) throws IOException {
        byte[] start = in.readNBytes("HTTP/1.1 200".length());
        String line = new String(start, StandardCharsets.US_ASCII);
        return line.matches("HTTP/1\\.[01] [23][0-9][0-9]");
    }
}
