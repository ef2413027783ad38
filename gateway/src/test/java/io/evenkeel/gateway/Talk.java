package io.evenkeel.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One end of a TCP connection as a test speaks it: byte by byte, nothing done by itself. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
public final class Talk implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** Speaks over this socket; no read waits longer than ten seconds. */
    public Talk(Socket socket) {
        try {
            this.socket = socket;
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects. */
    public static Talk to(InetSocketAddress address) {
        try {
            return new Talk(new Socket(address.getAddress(), address.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends this; ISO-8859-1, so that every byte can be written. */
    public Talk send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends this. */
    public Talk send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of a head and returns it with its empty line. */
    public String head() {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = read();
            if (b < 0) {
                throw new UncheckedIOException(new EOFException("end inside a head: " + head));
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads so many bytes. */
    public String body(int bytes) {
        return new String(bytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** Reads so many bytes. */
    public byte[] bytes(int count) {
        try {
            byte[] all = in.readNBytes(count);
            if (all.length < count) {
                throw new EOFException("end after " + all.length + " of " + count + " bytes");
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of a text. */
    public String until(String end) {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = read();
            if (b < 0) {
                throw new UncheckedIOException(new EOFException("end after: " + text));
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** Reads a reply with a Content-Length, or none. */
    public Reply reply() {
        String head = head();
        String length = value(head, "content-length");
        return new Reply(head, length.isEmpty() ? "" : body(Integer.parseInt(length)));
    }

    /** A request's head and its body, as announced by Content-Length. */
    public Reply request() {
        return reply();
    }

    /** The value of a header, empty without. */
    public static String value(String head, String lowerName) {
        for (String line : head.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(lowerName)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    /** One byte, or -1 at the end. */
    public int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side ends, in order, before it says anything more. */
    public boolean ended() {
        return read() < 0;
    }

    /** Whether the other side ends or breaks before it says anything more. */
    public boolean gone() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Reads until the other side ends or breaks; returns whether it broke. */
    public boolean broken() {
        try {
            while (in.read() >= 0) {
                // What came before the end doesn't matter here.
            }
            return false;
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            return true;
        }
    }

    /** Ends our direction. */
    public Talk finish() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks the connection. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A message.
     *
     * @param head with its empty line
     * @param body may be empty
     */
    public record Reply(String head, String body) {
        /** The status code. */
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** The value of a header, empty without. */
        public String value(String lowerName) {
            return Talk.value(head, lowerName);
        }

        /** The first line. */
        public String line() {
            return head.substring(0, head.indexOf('\r'));
        }
    }
}
