package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request (RFC 9112 section 3). Reusable; see {@link Head} for positions and life.
 *
 * <p>Accepted targets: origin-form; absolute-form of http and https whose authority is the Host
 * header's; {@code *} for OPTIONS.
 */
public final class RequestHead extends Head {
    private static final int BEGIN = 0;
    private static final int BLANK_LF = 1;
    private static final int METHOD = 2;
    private static final int TARGET = 3;
    private static final int VERSION = 4;
    private static final int LINE_CR = 5;
    private static final int LINE_LF = 6;

    private static final byte[] PROTOCOL = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] H2C = "h2c".getBytes(StandardCharsets.US_ASCII);

    private boolean blankSkipped;
    private int methodStart;
    private int targetStart;
    private int targetEnd;
    private int versionStart;
    private int lineEnd;
    private Method method = Method.OTHER;

    private final RequestTarget target = new RequestTarget();
    private int hostStart;
    private int hostEnd;
    private int authorityEnd;
    private boolean expectContinue;
    private boolean upgrade;

    /** A head with nothing in it yet. */
    public RequestHead() {
        reset();
    }

    @Override
    public void reset() {
        super.reset();
        blankSkipped = false;
        methodStart = 0;
        targetStart = 0;
        targetEnd = 0;
        versionStart = 0;
        lineEnd = 0;
        method = Method.OTHER;
        target.reset();
        hostStart = 0;
        hostEnd = 0;
        authorityEnd = 0;
        expectContinue = false;
        upgrade = false;
    }

    @Override
    int startLine(ByteBuffer buffer, int start, int end) {
        int at = start;
        while (at < end) {
            int c = buffer.get(base + at) & 0xff;
            switch (state) {
                case BEGIN -> {
                    // One empty line is skipped: old clients send it behind a POST (section 2.2).
                    if (c != '\r' || blankSkipped) {
                        methodStart = at;
                        state = METHOD;
                        continue;
                    }
                    state = BLANK_LF;
                }
                case BLANK_LF -> {
                    if (c != '\n') {
                        return reject(Rejection.BARE_CR);
                    }
                    blankSkipped = true;
                    state = BEGIN;
                }
                case METHOD -> {
                    if (c == ' ' && at > methodStart) {
                        method = Method.of(buffer, base + methodStart, at - methodStart);
                        targetStart = at + 1;
                        state = TARGET;
                    } else if (CharClass.TOKEN[c] == 0 || at - methodStart == Method.MOST_BYTES) {
                        return reject(odd(c, Rejection.BAD_METHOD));
                    }
                }
                case TARGET -> {
                    while (CharClass.TARGET[c] != 0) {
                        if (++at == end) {
                            return at;
                        }
                        c = buffer.get(base + at) & 0xff;
                    }
                    if (c != ' ') {
                        return reject(
                                odd(
                                        c,
                                        c == '\r'
                                                ? Rejection.BAD_START_LINE
                                                : Rejection.BAD_TARGET));
                    }
                    if (at == targetStart) {
                        return reject(Rejection.BAD_START_LINE);
                    }
                    targetEnd = at;
                    versionStart = at + 1;
                    Rejection bad = target.parse(buffer, base, targetStart, targetEnd, method);
                    if (bad != null) {
                        return reject(bad);
                    }
                    state = VERSION;
                }
                case VERSION -> {
                    int verdict = version(c, at - versionStart);
                    if (verdict < 0) {
                        return verdict;
                    }
                }
                case LINE_CR -> {
                    if (c != '\r') {
                        return reject(odd(c, Rejection.BAD_START_LINE));
                    }
                    state = LINE_LF;
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

    private static Rejection odd(int c, Rejection otherwise) {
        if (c == '\n') {
            return Rejection.BARE_LF;
        }
        return (c < ' ' && c != '\r' && c != '\t') || c == 0x7f
                ? Rejection.NUL_OR_CONTROL
                : otherwise;
    }

    private int version(int c, int index) {
        if (index < PROTOCOL.length) {
            return c == PROTOCOL[index] ? 0 : reject(odd(c, Rejection.BAD_START_LINE));
        }
        if (index == 6) {
            return c == '.' ? 0 : reject(odd(c, Rejection.BAD_START_LINE));
        }
        if (!CharClass.isDigit(c)) {
            return reject(odd(c, Rejection.BAD_START_LINE));
        }
        if (index == 5) {
            return c == '1' ? 0 : reject(Rejection.VERSION);
        }
        if (c > '1') {
            return reject(Rejection.VERSION);
        }
        minorVersion = c - '0';
        state = LINE_CR;
        return 0;
    }

    @Override
    Rejection startLineTooLong() {
        return Rejection.URI_TOO_LONG;
    }

    @Override
    int conclude(ByteBuffer buffer) {
        int host = find(FieldName.HOST);
        if (host >= 0) {
            Rejection bad = host(buffer, valueStart(host), valueEnd(host));
            if (bad != null) {
                return reject(bad);
            }
        } else if (minorVersion == 1) {
            return reject(Rejection.HOST_MISSING);
        } else if (target.absolute()) {
            Rejection bad =
                    host(buffer, base + target.authorityStart(), base + target.authorityEnd());
            if (bad != null) {
                return reject(bad);
            }
        }
        if (has(FieldName.EXPECT) && minorVersion == 1) {
            for (int i = find(FieldName.EXPECT); i >= 0; i = find(FieldName.EXPECT, i + 1)) {
                if (!CharClass.equalIgnoreCase(buffer, valueStart(i), valueEnd(i), CONTINUE)) {
                    return reject(Rejection.EXPECTATION);
                }
            }
            expectContinue = true;
        }
        if (framingFields.chunked()) {
            framing = Framing.CHUNKED;
        } else if (contentLength() > 0) {
            framing = Framing.LENGTH;
        }
        upgrade = minorVersion == 1 && connection.upgrade() && upgradeWanted(buffer);
        return 0;
    }

    private @Nullable Rejection host(ByteBuffer buffer, int from, int to) {
        int end = HostSyntax.hostEnd(buffer, from, to);
        if (end < 0) {
            return Rejection.BAD_HOST;
        }
        if (target.absolute()
                && !CharClass.equalIgnoreCase(
                        buffer,
                        from,
                        to,
                        base + target.authorityStart(),
                        base + target.authorityEnd())) {
            return Rejection.HOST_MISMATCH;
        }
        hostStart = from - base;
        hostEnd = end - base;
        authorityEnd = to - base;
        return null;
    }

    /**
     * Whether to pass the wish to upgrade on. Cleartext HTTP/2 isn't: behind its upgrade requests
     * would travel that the gateway never judged.
     */
    private boolean upgradeWanted(ByteBuffer buffer) {
        for (int i = find(FieldName.UPGRADE); i >= 0; i = find(FieldName.UPGRADE, i + 1)) {
            for (int at = valueStart(i); at + H2C.length <= valueEnd(i); at++) {
                if (CharClass.equalIgnoreCase(buffer, at, at + H2C.length, H2C)) {
                    return false;
                }
            }
        }
        return has(FieldName.UPGRADE);
    }

    /** Returns the method. */
    public Method method() {
        return method;
    }

    /** Returns where the method's name begins. */
    public int methodStart() {
        return base + methodStart;
    }

    /** Returns where the method's name ends. */
    public int methodEnd() {
        return base + targetStart - 1;
    }

    /** Returns where the request target begins, whatever its form. */
    public int targetStart() {
        return base + targetStart;
    }

    /** Returns where the request target ends. */
    public int targetEnd() {
        return base + targetEnd;
    }

    /** Returns where the path begins. The span is empty for an absolute-form without path. */
    public int pathStart() {
        return base + target.pathStart();
    }

    /** Returns where the path ends: before {@code ?} or at the target's end. */
    public int pathEnd() {
        return base + target.pathEnd();
    }

    /** Returns whether the target came in absolute-form. */
    public boolean absoluteForm() {
        return target.absolute();
    }

    /** Returns whether the target is {@code *}. */
    public boolean asteriskForm() {
        return target.asterisk();
    }

    /**
     * Returns where the host's name or address begins; the span is empty if HTTP/1.0 named none.
     */
    public int hostStart() {
        return base + hostStart;
    }

    /** Returns where the host ends, without port. */
    public int hostEnd() {
        return base + hostEnd;
    }

    /** Returns where host and port end. */
    public int authorityEnd() {
        return base + authorityEnd;
    }

    /** Returns whether the client waits for 100 Continue before it sends the body. */
    public boolean expectContinue() {
        return expectContinue && framing != Framing.NONE;
    }

    /** Returns whether the request asks for another protocol in a way that is passed on. */
    public boolean upgrade() {
        return upgrade;
    }

    /**
     * Returns whether the client lets the connection serve another request (RFC 9112 section 9.3).
     */
    public boolean keepAlive() {
        return !connection.close() && (minorVersion == 1 || connection.keepAlive());
    }

    /** Returns the first byte behind the request line. */
    int headersStart() {
        return base + lineEnd;
    }
}
