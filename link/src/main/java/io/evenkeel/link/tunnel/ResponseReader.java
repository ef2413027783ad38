package io.evenkeel.link.tunnel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads one reply in HTTP/1.1 (RFC 9112) step by step: the caller holds the octets, and is told
 * what the next ones are. What is ambiguous is {@link Step#BAD}, never guessed. Sans-IO; one for
 * each request.
 */
final class ResponseReader {
    /** Longest head, section of trailers, and line of a chunk, together with what is before it. */
    static final int HEAD_BYTES = 32 * 1024;

    private static final int LINE_BYTES = 1_024;
    private static final long UNTIL_CLOSE = Long.MAX_VALUE;

    /** What comes next. */
    enum Step {
        /** More octets are needed. */
        MORE,
        /** An interim reply: {@link #head}. */
        INTERIM,
        /** The reply's head: {@link #head}. */
        HEAD,
        /** {@link #bodyBytes} octets from the position on are body; {@link #taken} says how far. */
        BODY,
        /** The reply is complete. */
        END,
        /** Not a reply that can be passed on. */
        BAD
    }

    private enum Part {
        HEAD,
        LENGTH,
        CHUNK_LINE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        END
    }

    private final boolean headRequest;
    private final ResponseHead head = new ResponseHead();
    private byte[] held = new byte[512];
    private int size;
    private Part part = Part.HEAD;
    private long left;
    private int bodyBytes;
    private boolean begun;

    ResponseReader(boolean headRequest) {
        this.headRequest = headRequest;
    }

    /** The head that was read last. */
    ResponseHead head() {
        return head;
    }

    /** Octets of body at the position, after {@link Step#BODY}. */
    int bodyBytes() {
        return bodyBytes;
    }

    /** Whether anything of the reply has come. */
    boolean begun() {
        return begun;
    }

    /** Whether the connection may serve another request once the reply is complete. */
    boolean keepAlive() {
        return part == Part.END && !head.close() && left != UNTIL_CLOSE;
    }

    /** The end of the connection; completes a reply that is as long as the connection. */
    Step ended() {
        if (part == Part.LENGTH && left == UNTIL_CLOSE) {
            part = Part.END;
        }
        return part == Part.END ? Step.END : Step.BAD;
    }

    /** The caller has moved the position over so many octets of body. */
    void taken(int bytes) {
        if (left != UNTIL_CLOSE) {
            left -= bytes;
            if (left == 0) {
                part = part == Part.CHUNK ? Part.CHUNK_END : Part.END;
            }
        }
    }

    /** Looks at the octets at the position; those of heads and chunk lines are consumed. */
    Step next(ByteBuffer in) {
        while (true) {
            switch (part) {
                case HEAD -> {
                    if (!section(in)) {
                        return size >= HEAD_BYTES ? Step.BAD : Step.MORE;
                    }
                    int length = size;
                    size = 0;
                    if (!head.parse(held, length)) {
                        return Step.BAD;
                    } else if (head.status() < 200) {
                        return head.status() == 101 ? Step.BAD : Step.INTERIM;
                    }
                    return framed() ? Step.HEAD : Step.BAD;
                }
                case LENGTH, CHUNK -> {
                    if (!in.hasRemaining()) {
                        return Step.MORE;
                    }
                    bodyBytes = (int) Math.min(left, in.remaining());
                    return Step.BODY;
                }
                case CHUNK_LINE -> {
                    if (!line(in)) {
                        return size > LINE_BYTES ? Step.BAD : Step.MORE;
                    }
                    left = chunk();
                    size = 0;
                    if (left < 0) {
                        return Step.BAD;
                    }
                    part = left == 0 ? Part.TRAILERS : Part.CHUNK;
                }
                case CHUNK_END -> {
                    if (!line(in)) {
                        return size > 2 ? Step.BAD : Step.MORE;
                    } else if (size > 2) {
                        return Step.BAD;
                    }
                    size = 0;
                    part = Part.CHUNK_LINE;
                }
                case TRAILERS -> {
                    if (!trailers(in)) {
                        return size > LINE_BYTES * 8 ? Step.BAD : Step.MORE;
                    }
                    part = Part.END;
                }
                case END -> {
                    return Step.END;
                }
            }
        }
    }

    /** How long the body is (RFC 9112, section 6.3); false if that is ambiguous. */
    private boolean framed() {
        if (headRequest || head.status() == 204 || head.status() == 304) {
            part = Part.END;
            return true;
        } else if (head.chunked()) {
            part = Part.CHUNK_LINE;
            return head.contentLength() < 0;
        }
        left = head.contentLength() < 0 ? UNTIL_CLOSE : head.contentLength();
        part = left == 0 ? Part.END : Part.LENGTH;
        return true;
    }

    /** Gathers up to an empty line, it included. */
    private boolean section(ByteBuffer in) {
        while (in.hasRemaining() && size < HEAD_BYTES) {
            byte octet = keep(in);
            if (octet == '\n'
                    && size >= 4
                    && held[size - 2] == '\r'
                    && held[size - 3] == '\n'
                    && held[size - 4] == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Gathers up to LF, it included. */
    private boolean line(ByteBuffer in) {
        while (in.hasRemaining() && size <= LINE_BYTES) {
            if (keep(in) == '\n') {
                return size >= 2 && held[size - 2] == '\r';
            }
        }
        return false;
    }

    /** Goes over trailers up to their end; they are not passed on. */
    private boolean trailers(ByteBuffer in) {
        while (in.hasRemaining() && size <= LINE_BYTES * 8) {
            if (keep(in) == '\n'
                    && (size == 2 || (size > 3 && held[size - 3] == '\n'))
                    && held[size - 2] == '\r') {
                size = 0;
                return true;
            }
        }
        return false;
    }

    private byte keep(ByteBuffer in) {
        if (size == held.length) {
            held = Arrays.copyOf(held, 2 * size);
        }
        byte octet = in.get();
        begun = true;
        held[size++] = octet;
        return octet;
    }

    /** The size that a chunk's line names, or -1. */
    private long chunk() {
        String line = new String(held, 0, size - 2, StandardCharsets.ISO_8859_1);
        int end = line.indexOf(';');
        String digits = (end < 0 ? line : line.substring(0, end)).strip();
        return digits.toLowerCase(Locale.ROOT).matches("[0-9a-f]{1,12}")
                ? Long.parseLong(digits, 16)
                : -1;
    }
}
