package io.evenkeel.gateway.badinput;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that sends octets as they are and reads whatever comes back. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();

    RawClient(InetSocketAddress gateway) throws IOException {
        socket.connect(gateway, PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Sends; a gateway that has already answered and closed is no error. */
    RawClient send(byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
        } catch (IOException e) {
            // Closed meanwhile: what it said before is what counts.
        }
        return this;
    }

    RawClient send(String octets) {
        return send(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until the gateway ends the connection, one way or the other. */
    String readToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            InputStream in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the gateway neither closed nor went on after: " + text, e);
        } catch (SocketException e) {
            text.append("<reset>");
        }
        return text.toString();
    }

    /** Reads one byte, waiting no longer than this; returns -1 for the end, -2 for nothing yet. */
    int poll(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            return -2;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    /** Ends our direction. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Breaks the connection by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
