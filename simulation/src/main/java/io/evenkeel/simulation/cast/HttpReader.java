package io.evenkeel.simulation.cast;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 messages from a stream of bytes, whatever pieces they come in. Simple and slow; it
 * trusts that what comes is well-formed and throws when it is not.
 */
final class HttpReader {
    /** A whole message. */
    static final class Message {
        private final String head;
        private final byte[] body;

        private Message(String head, byte[] body) {
            this.head = head;
            this.body = body;
        }

        /** The body without its framing. */
        byte[] body() {
            return body;
        }

        /** The first line. */
        String startLine() {
            int end = head.indexOf("\r\n");
            return end < 0 ? head : head.substring(0, end);
        }

        /** The status of a reply. */
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** The value of the only header of that name (lower case), or null if there is none. */
        @Nullable String header(String name) {
            return headerIn(head, name);
        }
    }

    private final boolean replies;
    private byte[] held = new byte[256];
    private int start;
    private int end;
    private boolean headOfReplyOnly;
    private boolean ended;

    /** A reader of replies, or of requests. */
    HttpReader(boolean replies) {
        this.replies = replies;
    }

    /** Adds bytes that were read. */
    void add(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (end + count > held.length) {
            byte[] target =
                    end - start + count > held.length
                            ? new byte[Math.max(2 * held.length, end - start + count)]
                            : held;
            System.arraycopy(held, start, target, 0, end - start);
            held = target;
            end -= start;
            start = 0;
        }
        bytes.get(held, end, count);
        end += count;
    }

    /** The peer ended its direction: what is framed by the end of the connection is whole. */
    void end() {
        ended = true;
    }

    /** The next reply answers a HEAD: it has no body. */
    void expectHeadOnly(boolean headOnly) {
        headOfReplyOnly = headOnly;
    }

    /** Whether bytes of an unfinished message are held. */
    boolean isInMessage() {
        return end > start;
    }

    /** The next whole message, or null if it isn't there yet. Interim (1xx) replies are skipped. */
    @Nullable Message next() {
        while (true) {
            int headEnd = find(start);
            if (headEnd < 0) {
                return null;
            }
            String head = new String(held, start, headEnd - start, StandardCharsets.ISO_8859_1);
            int bodyStart = headEnd + 4;
            if (replies && head.startsWith("HTTP/1.1 1") && !head.startsWith("HTTP/1.1 101")) {
                start = bodyStart;
                continue;
            }
            return body(head, bodyStart);
        }
    }

    private @Nullable Message body(String head, int at) {
        String transferEncoding = headerIn(head, "transfer-encoding");
        if (transferEncoding != null) {
            return chunked(head, at);
        }
        String contentLength = headerIn(head, "content-length");
        int length = contentLength == null ? 0 : Integer.parseInt(contentLength);
        if (replies && (headOfReplyOnly || hasNoBody(head))) {
            length = 0;
        } else if (replies && contentLength == null) {
            if (!ended) {
                return null;
            }
            length = end - at;
        }
        if (end - at < length) {
            return null;
        }
        byte[] body = new byte[length];
        System.arraycopy(held, at, body, 0, length);
        start = at + length;
        return new Message(head, body);
    }

    private @Nullable Message chunked(String head, int from) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = from;
        while (true) {
            int lineEnd = lineEnd(at);
            if (lineEnd < 0) {
                return null;
            }
            String line = new String(held, at, lineEnd - at, StandardCharsets.ISO_8859_1);
            int semicolon = line.indexOf(';');
            int size =
                    Integer.parseInt(
                            semicolon < 0 ? line.strip() : line.substring(0, semicolon).strip(),
                            16);
            at = lineEnd + 2;
            if (size == 0) {
                return trailers(head, body.toByteArray(), at);
            }
            if (end - at < size + 2) {
                return null;
            }
            body.write(held, at, size);
            at += size + 2;
        }
    }

    private @Nullable Message trailers(String head, byte[] body, int from) {
        int at = from;
        while (true) {
            int lineEnd = lineEnd(at);
            if (lineEnd < 0) {
                return null;
            }
            if (lineEnd == at) {
                start = at + 2;
                return new Message(head, body);
            }
            at = lineEnd + 2;
        }
    }

    private static boolean hasNoBody(String head) {
        return head.startsWith("HTTP/1.1 204") || head.startsWith("HTTP/1.1 304");
    }

    private int find(int from) {
        for (int i = from; i + 3 < end; i++) {
            if (held[i] == '\r'
                    && held[i + 1] == '\n'
                    && held[i + 2] == '\r'
                    && held[i + 3] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int lineEnd(int from) {
        for (int i = from; i + 1 < end; i++) {
            if (held[i] == '\r' && held[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable String headerIn(String head, String name) {
        int at = head.indexOf("\r\n");
        while (at >= 0) {
            int lineStart = at + 2;
            int colon = lineStart + name.length();
            if (colon < head.length()
                    && head.charAt(colon) == ':'
                    && head.substring(lineStart, colon).toLowerCase(Locale.ROOT).equals(name)) {
                int lineEnd = head.indexOf("\r\n", colon);
                return head.substring(colon + 1, lineEnd < 0 ? head.length() : lineEnd).strip();
            }
            at = head.indexOf("\r\n", lineStart);
        }
        return null;
    }
}
