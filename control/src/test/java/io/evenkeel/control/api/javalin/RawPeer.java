package io.evenkeel.control.api.javalin;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller that sends exactly the bytes it is told, and reads only when it is told. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;

    RawPeer(int port) throws IOException {
        socket = new Socket();
        // Small, so that a peer that does not read is noticed after little data.
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(20_000);
    }

    RawPeer send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Everything until the other side closes; a reset counts as a close. */
    String readToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] part = new byte[4 << 10];
        InputStream in = socket.getInputStream();
        try {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                text.append(new String(part, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (java.net.SocketException e) {
            // Reset: the end as well.
        }
        return text.toString();
    }

    /** Reads until the text seen so far contains {@code wanted}. */
    String readUntil(String wanted) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(wanted) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended before '" + wanted + "': " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
