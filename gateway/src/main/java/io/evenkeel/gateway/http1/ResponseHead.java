package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The head of a reply (RFC 9112 section 4). Reusable; see {@link Head} for positions and life.
 * Before each scan of a new reply {@link #reset(Method)} says what was asked, since the framing of
 * a reply depends on it (section 6.3). Interim replies (1xx) are heads of their own: scan again
 * behind them after another reset.
 */
public final class ResponseHead extends Head {
    private static final int PROTOCOL = 0;
    private static final int STATUS = 1;
    private static final int AFTER_STATUS = 2;
    private static final int REASON = 3;
    private static final int LINE_LF = 4;

    private static final byte[] PREFIX = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    /** The status begins here: behind the prefix, the minor version and a space. */
    private static final int STATUS_START = 9;

    private Method asked = Method.OTHER;
    private int status;
    private int lineEnd;

    /** A head with nothing in it yet. */
    public ResponseHead() {
        reset();
    }

    /** Forgets the reply; the next one answers a request of this method. */
    public void reset(Method requestMethod) {
        reset();
        asked = requestMethod;
    }

    @Override
    public void reset() {
        super.reset();
        asked = Method.OTHER;
        status = 0;
        lineEnd = 0;
    }

    @Override
    int startLine(ByteBuffer buffer, int start, int end) {
        int at = start;
        while (at < end) {
            int c = buffer.get(base + at) & 0xff;
            switch (state) {
                case PROTOCOL -> {
                    int verdict = protocol(c, at);
                    if (verdict < 0) {
                        return verdict;
                    }
                }
                case STATUS -> {
                    if (!CharClass.isDigit(c)) {
                        return reject(Rejection.BAD_STATUS);
                    }
                    status = status * 10 + (c - '0');
                    if (at == STATUS_START + 2) {
                        if (status < 100 || status > 599) {
                            return reject(Rejection.BAD_STATUS);
                        }
                        state = AFTER_STATUS;
                    }
                }
                case AFTER_STATUS -> {
                    // The space before an empty reason is often forgotten; nothing hangs on it.
                    if (c == ' ') {
                        state = REASON;
                    } else if (c == '\r') {
                        state = LINE_LF;
                    } else {
                        return reject(c == '\n' ? Rejection.BARE_LF : Rejection.BAD_STATUS);
                    }
                }
                case REASON -> {
                    if (c == '\r') {
                        state = LINE_LF;
                    } else if (CharClass.TEXT[c] == 0) {
                        return reject(c == '\n' ? Rejection.BARE_LF : Rejection.NUL_OR_CONTROL);
                    }
                }
                case LINE_LF -> {
                    if (c != '\n') {
                        return reject(Rejection.BARE_CR);
                    }
                    state = SECTION;
                    lineEnd = at + 1;
                    return lineEnd;
                }
                default -> throw new IllegalStateException("state " + state);
            }
            at++;
        }
        return at;
    }

    private int protocol(int c, int index) {
        if (index < PREFIX.length) {
            return c == PREFIX[index] ? 0 : reject(Rejection.BAD_START_LINE);
        }
        if (index == PREFIX.length) {
            if (c != '0' && c != '1') {
                return reject(Rejection.VERSION);
            }
            minorVersion = c - '0';
            return 0;
        }
        if (c != ' ') {
            return reject(Rejection.BAD_START_LINE);
        }
        state = STATUS;
        return 0;
    }

    @Override
    Rejection startLineTooLong() {
        return Rejection.HEAD_TOO_LARGE;
    }

    @Override
    int conclude(ByteBuffer buffer) {
        if (status < 200 || status == 204) {
            // RFC 9110 section 8.6: neither framing field belongs here; a zero is harmless.
            return framingFields.chunked() || contentLength() > 0
                    ? reject(Rejection.BODY_NOT_ALLOWED)
                    : 0;
        }
        if (asked == Method.HEAD || status == 304) {
            return 0;
        }
        if (framingFields.chunked()) {
            framing = Framing.CHUNKED;
        } else if (contentLength() > 0) {
            framing = Framing.LENGTH;
        } else if (contentLength() < 0) {
            framing = Framing.UNTIL_CLOSE;
        }
        return 0;
    }

    /** Returns the status, 100 to 599. */
    public int status() {
        return status;
    }

    /** Returns whether another reply to the same request follows: 1xx other than 101. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /** Returns whether the upstream changes the protocol: what follows are bytes of that. */
    public boolean switching() {
        return status == 101;
    }

    /** Returns whether the upstream lets the connection serve another request. */
    public boolean keepAlive() {
        return framing != Framing.UNTIL_CLOSE
                && status != 101
                && !connection.close()
                && (minorVersion == 1 || connection.keepAlive());
    }

    /** Returns whether the reply has its body in the chunked coding, or would have (HEAD). */
    public boolean chunkedCoding() {
        return framingFields.chunked();
    }

    /** Returns where the status begins in the buffer; reason and CRLF follow it. */
    int statusStart() {
        return base + STATUS_START;
    }

    /** Returns the first byte behind the status line. */
    int headersStart() {
        return base + lineEnd;
    }
}
