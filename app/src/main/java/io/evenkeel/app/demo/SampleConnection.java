package io.evenkeel.app.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One client of a sample endpoint: reads a request, answers it when it is due, reads the next. */
final class SampleConnection {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SampleServer server;
    private final SampleServer.Site site;
    private final SocketChannel channel;
    private final int headBytes;
    private @Nullable SelectionKey key;

    /** Bytes received that no request has taken yet. */
    private byte[] in = {};

    private ByteBuffer out = ByteBuffer.allocate(0);
    private boolean busy;
    private boolean close;
    private boolean inputEnded;

    // The request being read.
    private @Nullable String path;
    private long bodyLeft;
    private long bodyBytes;
    private boolean chunked;
    private SampleServer.@Nullable Answer answer;

    SampleConnection(
            SampleServer server, SampleServer.Site site, SocketChannel channel, int headBytes) {
        this.server = server;
        this.site = site;
        this.channel = channel;
        this.headBytes = headBytes;
    }

    void key(SelectionKey registered) {
        key = registered;
    }

    void ready(SelectionKey selected) {
        try {
            if (selected.isReadable()) {
                read();
            }
            proceed();
        } catch (IOException | RuntimeException broken) {
            end();
        }
    }

    /** The delay of the answer is over. */
    void answerNow() {
        try {
            SampleServer.Answer due = answer;
            if (due == null || !channel.isOpen()) {
                return;
            }
            answerAtOnce(due);
            proceed();
        } catch (IOException | RuntimeException broken) {
            end();
        }
    }

    private void read() throws IOException {
        ByteBuffer buffer = server.buffer();
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            inputEnded = true;
            return;
        }
        byte[] more = new byte[in.length + count];
        System.arraycopy(in, 0, more, 0, in.length);
        buffer.flip();
        buffer.get(more, in.length, count);
        in = more;
    }

    /** Sends, then takes the next request, as long as either gets on. */
    private void proceed() throws IOException {
        while (true) {
            if (out.hasRemaining()) {
                channel.write(out);
                if (out.hasRemaining()) {
                    break;
                }
            }
            if (close && !busy) {
                end();
                return;
            } else if (busy || !request()) {
                break;
            }
        }
        if (inputEnded && !busy && !out.hasRemaining()) {
            end();
            return;
        }
        SelectionKey registered = key;
        if (registered != null) {
            int wanted = out.hasRemaining() ? SelectionKey.OP_WRITE : 0;
            registered.interestOps(
                    inputEnded || in.length > headBytes ? wanted : wanted | SelectionKey.OP_READ);
        }
    }

    /** Takes what there is of a request; true if something was done and there may be more. */
    private boolean request() {
        String wanted = path;
        if (wanted == null) {
            int end = headEnd();
            if (end < 0) {
                if (in.length > headBytes) {
                    throw new IllegalStateException("head too large");
                }
                return false;
            }
            head(new String(in, 0, end, StandardCharsets.ISO_8859_1));
            drop(end);
            return true;
        }
        boolean complete = chunked ? chunks() : plainBody();
        if (complete) {
            path = null;
            busy = true;
            site.inFlight.incrementAndGet();
            SampleServer.Answer next = server.answer(site, wanted, bodyBytes);
            answer = next;
            if (next.delayMillis() > 0) {
                server.later(this, next.delayMillis());
            } else {
                answerAtOnce(next);
            }
        }
        return complete;
    }

    private void answerAtOnce(SampleServer.Answer next) {
        byte[] head = next.head(site, close);
        byte[] body = next.body();
        out = ByteBuffer.allocate(head.length + body.length);
        out.put(head).put(body).flip();
        answer = null;
        busy = false;
        site.inFlight.decrementAndGet();
        site.served.increment();
    }

    private void head(String head) {
        String[] lines = head.split("\r\n", -1);
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3) {
            throw new IllegalStateException("request line");
        }
        path = request[1];
        bodyLeft = 0;
        bodyBytes = 0;
        chunked = false;
        close = request[2].equals("HTTP/1.0");
        for (String line : lines) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                bodyLeft = Long.parseLong(line.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = true;
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                close = true;
            } else if (lower.startsWith("expect:")) {
                out = ByteBuffer.wrap(CONTINUE.clone());
            }
        }
    }

    private boolean plainBody() {
        int count = (int) Math.min(bodyLeft, in.length);
        bodyLeft -= count;
        bodyBytes += count;
        drop(count);
        return bodyLeft == 0;
    }

    /**
     * Takes chunks; what is left of one is counted down in {@link #bodyLeft}, its CRLF included.
     */
    private boolean chunks() {
        while (true) {
            int count = (int) Math.min(bodyLeft, in.length);
            bodyLeft -= count;
            drop(count);
            if (bodyLeft > 0) {
                return false;
            }
            int end = lineEnd(0);
            if (end < 0) {
                return false;
            }
            String size = new String(in, 0, end, StandardCharsets.US_ASCII).split(";", 2)[0];
            long length = Long.parseLong(size.strip(), 16);
            if (length == 0) {
                int trailers = trailersEnd(end + 2);
                if (trailers < 0) {
                    return false;
                }
                drop(trailers);
                return true;
            }
            drop(end + 2);
            bodyLeft = length + 2;
            bodyBytes += length;
        }
    }

    private int trailersEnd(int from) {
        int at = from;
        while (true) {
            int end = lineEnd(at);
            if (end < 0) {
                return -1;
            } else if (end == at) {
                return end + 2;
            }
            at = end + 2;
        }
    }

    private int lineEnd(int from) {
        for (int i = from; i + 1 < in.length; i++) {
            if (in[i] == '\r' && in[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int headEnd() {
        for (int i = 3; i < in.length; i++) {
            if (in[i] == '\n' && in[i - 1] == '\r' && in[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private void drop(int count) {
        if (count > 0) {
            byte[] rest = new byte[in.length - count];
            System.arraycopy(in, count, rest, 0, rest.length);
            in = rest;
        }
    }

    private void end() {
        if (answer != null) {
            answer = null;
            site.inFlight.decrementAndGet();
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // Gone either way.
        }
    }
}
