package io.evenkeel.link.tunnel;

import io.evenkeel.wire.http2.Http2Connection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a reply in HTTP/1.1, judged strictly, and written as fields of HTTP/2. Filled again
 * for each reply. Sans-IO.
 */
final class ResponseHead {
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private ByteBuffer octets = ByteBuffer.allocate(0);
    // Four numbers a field: where its name and its value begin and end.
    private int[] marks = new int[64];
    private int count;
    private int status;
    private long contentLength;
    private boolean chunked;
    private boolean close;
    private final Set<String> named = new HashSet<>();

    /** 100 to 599. */
    int status() {
        return status;
    }

    /** As the head says, or -1. */
    long contentLength() {
        return contentLength;
    }

    /** Whether the body is in the chunked coding. */
    boolean chunked() {
        return chunked;
    }

    /** Whether the connection ends behind this reply. */
    boolean close() {
        return close;
    }

    /** Reads {@code bytes[0, length)}, the empty line at its end included; false: malformed. */
    boolean parse(byte[] bytes, int length) {
        octets = ByteBuffer.wrap(bytes, 0, length);
        count = 0;
        contentLength = -1;
        chunked = false;
        named.clear();
        int line = end(bytes, 0, length);
        if (line < STATUS_AT + 3 || !statusLine(bytes, line)) {
            return false;
        }
        boolean keepAlive = false;
        boolean mayClose = false;
        int at = line + 2;
        while (at < length - 2) {
            int to = end(bytes, at, length);
            if (to < 0 || !field(bytes, at, to)) {
                return false;
            }
            at = to + 2;
        }
        for (int i = 0; i < count; i++) {
            String name = name(i);
            switch (name) {
                case "content-length" -> {
                    String value = value(i);
                    if (contentLength >= 0 || !value.matches("[0-9]{1,18}")) {
                        return false;
                    }
                    contentLength = Long.parseLong(value);
                }
                case "transfer-encoding" -> {
                    if (chunked || !value(i).equalsIgnoreCase("chunked")) {
                        return false;
                    }
                    chunked = true;
                }
                case "connection" -> {
                    for (String option : value(i).toLowerCase(Locale.ROOT).split(",", -1)) {
                        String word = option.strip();
                        mayClose |= word.equals("close");
                        keepAlive |= word.equals("keep-alive");
                        named.add(word);
                    }
                }
                default -> {}
            }
        }
        close = mayClose || (bytes[7] == '0' && !keepAlive);
        return true;
    }

    private boolean statusLine(byte[] bytes, int to) {
        String line = new String(bytes, 0, Math.min(to, STATUS_AT + 4), StandardCharsets.US_ASCII);
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9] ?")) {
            return false;
        }
        status = Integer.parseInt(line.substring(STATUS_AT, STATUS_AT + 3));
        return true;
    }

    /** Where the line that begins at {@code from} ends: its CR, or -1 for one that is malformed. */
    private static int end(byte[] bytes, int from, int length) {
        for (int i = from; i + 1 < length; i++) {
            if (bytes[i] == '\r') {
                return bytes[i + 1] == '\n' ? i : -1;
            } else if (bytes[i] == '\n' || bytes[i] == 0) {
                return -1;
            }
        }
        return -1;
    }

    private boolean field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && token(bytes[colon])) {
            colon++;
        }
        if (colon == from || colon == to || bytes[colon] != ':') {
            return false;
        }
        int begin = colon + 1;
        int end = to;
        while (begin < end && blank(bytes[begin])) {
            begin++;
        }
        while (end > begin && blank(bytes[end - 1])) {
            end--;
        }
        if (4 * count == marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        marks[4 * count] = from;
        marks[4 * count + 1] = colon;
        marks[4 * count + 2] = begin;
        marks[4 * count + 3] = end;
        count++;
        return true;
    }

    private static boolean token(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
    }

    private static boolean blank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /**
     * Adds status and fields to a head that was begun. What concerns this connection stays here.
     */
    void write(Http2Connection to) {
        to.field(":status", Integer.toString(status));
        boolean lengthless = status < 200 || status == 204;
        for (int i = 0; i < count; i++) {
            String name = name(i);
            if (!named.contains(name)
                    && !name.equals("te")
                    && !name.equals("trailer")
                    && !(lengthless && name.equals("content-length"))) {
                int mark = 4 * i;
                to.field(
                        octets,
                        marks[mark],
                        marks[mark + 1],
                        octets,
                        marks[mark + 2],
                        marks[mark + 3]);
            }
        }
    }

    private String name(int i) {
        return text(marks[4 * i], marks[4 * i + 1]).toLowerCase(Locale.ROOT);
    }

    private String value(int i) {
        return text(marks[4 * i + 2], marks[4 * i + 3]);
    }

    private String text(int from, int to) {
        return new String(octets.array(), from, to - from, StandardCharsets.ISO_8859_1);
    }
}
