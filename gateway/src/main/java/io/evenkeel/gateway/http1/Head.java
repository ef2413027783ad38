package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message head as offsets into the buffer it was received in. The scanner works octet by octet
 * and can stop anywhere: the verdict on a head depends on its octets alone, never on how they were
 * cut into reads. A head is reused for message after message ({@link #reset}); its arrays grow to
 * the largest number of headers seen (bounded by {@link Limits#headers}) and stay.
 *
 * <p>All positions handed out are absolute in the buffer and hold until the bytes move; whoever
 * moves them says so by {@link #moved}.
 *
 * <p>Not thread-safe.
 */
public abstract sealed class Head permits RequestHead, ResponseHead {
    /** {@link #scan} wants more bytes. */
    public static final int NEED_MORE = 0;

    // States of the header section; those of the start line are below and belong to subclasses.
    static final int SECTION = 16;
    private static final int LINE_START = SECTION;
    private static final int NAME = SECTION + 1;
    private static final int BEFORE_VALUE = SECTION + 2;
    private static final int VALUE = SECTION + 3;
    private static final int LINE_LF = SECTION + 4;
    private static final int END_LF = SECTION + 5;
    private static final int COMPLETE = SECTION + 6;
    private static final int REJECTED = SECTION + 7;

    int state;

    /** Where the head begins in the buffer. */
    int base;

    /** End of the head while complete, code while rejected; relative to {@code base}. */
    private int result;

    private int scanned;
    private final HeaderLines lines = new HeaderLines();

    final FramingFields framingFields = new FramingFields();
    final ConnectionOptions connection = new ConnectionOptions();
    int minorVersion;
    Framing framing = Framing.NONE;

    /** Forgets the message, for the next one. */
    public void reset() {
        state = 0;
        base = 0;
        result = NEED_MORE;
        scanned = 0;
        lines.reset();
        minorVersion = 1;
        framing = Framing.NONE;
        framingFields.reset();
        connection.reset();
    }

    /**
     * Looks at the bytes {@code [from, to)} of {@code buffer}, continuing where the last call
     * stopped. {@code from} is where the head begins, in every call; it may differ from the last
     * call's if the bytes moved. The buffer's position and limit don't matter and don't change.
     *
     * @return {@link #NEED_MORE}; or the head's length including its empty line; or a negative code
     *     for {@link Rejection#of}. The last two repeat until {@link #reset}.
     */
    public final int scan(ByteBuffer buffer, int from, int to, Limits limits) {
        base = from;
        if (state >= COMPLETE) {
            return result;
        }
        int available = to - from;
        int end = Math.min(available, limits.headBytes());
        int at = scanned;
        if (state < SECTION) {
            int lineEnd = Math.min(end, limits.requestLineBytes());
            at = startLine(buffer, at, lineEnd);
            if (at < 0) {
                return at;
            }
            if (at == limits.requestLineBytes() && state < SECTION) {
                return reject(
                        at == limits.headBytes() ? Rejection.HEAD_TOO_LARGE : startLineTooLong());
            }
        }
        if (state >= SECTION) {
            at = section(buffer, at, end, limits.headers());
            if (at < 0 || state == COMPLETE) {
                return result;
            }
        }
        scanned = at;
        return at == limits.headBytes() ? reject(Rejection.HEAD_TOO_LARGE) : NEED_MORE;
    }

    /**
     * Scans the start line from {@code at}, at most to {@code end}; both relative to {@link #base}.
     * Leaves {@link #state} at {@link #SECTION} behind its LF.
     *
     * @return where it stopped, or a negative code by way of {@link #reject}
     */
    abstract int startLine(ByteBuffer buffer, int at, int end);

    /** Returns the rejection of a start line beyond its limit. */
    abstract Rejection startLineTooLong();

    /** Judges the start line and all headers together. Returns 0 or a negative code. */
    abstract int conclude(ByteBuffer buffer);

    final int reject(Rejection rejection) {
        state = REJECTED;
        result = rejection.code();
        return result;
    }

    private int section(ByteBuffer buffer, int start, int end, int mostHeaders) {
        int at = start;
        int origin = base;
        while (at < end) {
            int c = buffer.get(origin + at) & 0xff;
            switch (state) {
                case LINE_START -> {
                    if (c == '\r') {
                        state = END_LF;
                    } else if (c == '\n') {
                        return reject(Rejection.BARE_LF);
                    } else if (CharClass.isBlank(c)) {
                        return reject(Rejection.OBS_FOLD);
                    } else if (lines.count() == mostHeaders) {
                        return reject(Rejection.TOO_MANY_HEADERS);
                    } else {
                        lines.begin(at);
                        state = NAME;
                        continue;
                    }
                }
                case NAME -> {
                    at = CharClass.tokenEnd(buffer, origin + at, origin + end) - origin;
                    if (at == end) {
                        return at;
                    }
                    c = buffer.get(origin + at) & 0xff;
                    if (c != ':' || at == lines.nameStart(lines.count())) {
                        return reject(badName(c));
                    }
                    int nameStart = origin + lines.nameStart(lines.count());
                    lines.name(at, FieldName.of(buffer, nameStart, origin + at));
                    state = BEFORE_VALUE;
                }
                case BEFORE_VALUE -> {
                    if (!CharClass.isBlank(c)) {
                        lines.valueBegins(at);
                        state = VALUE;
                        continue;
                    }
                }
                case VALUE -> {
                    at = CharClass.textEnd(buffer, origin + at, origin + end) - origin;
                    if (at == end) {
                        return at;
                    }
                    c = buffer.get(origin + at) & 0xff;
                    if (c != '\r') {
                        return reject(c == '\n' ? Rejection.BARE_LF : Rejection.NUL_OR_CONTROL);
                    }
                    endValue(buffer, at);
                    state = LINE_LF;
                }
                case LINE_LF -> {
                    if (c != '\n') {
                        return reject(Rejection.BARE_CR);
                    }
                    int verdict = field(buffer, lines.add());
                    if (verdict < 0) {
                        return verdict;
                    }
                    state = LINE_START;
                }
                case END_LF -> {
                    if (c != '\n') {
                        return reject(Rejection.BARE_CR);
                    }
                    return finish(buffer, at + 1);
                }
                default -> throw new IllegalStateException("state " + state);
            }
            at++;
        }
        return at;
    }

    private int finish(ByteBuffer buffer, int length) {
        state = COMPLETE;
        result = length;
        int verdict = sectionVerdict(buffer);
        if (verdict == 0) {
            verdict = conclude(buffer);
        }
        return verdict < 0 ? verdict : length;
    }

    private static Rejection badName(int c) {
        if (CharClass.isBlank(c)) {
            return Rejection.SPACE_BEFORE_COLON;
        }
        return switch (c) {
            case '\n' -> Rejection.BARE_LF;
            case '\r' -> Rejection.BAD_HEADER_NAME;
            default -> c < ' ' || c == 0x7f ? Rejection.NUL_OR_CONTROL : Rejection.BAD_HEADER_NAME;
        };
    }

    private void endValue(ByteBuffer buffer, int at) {
        int end = at;
        int start = lines.valueStart(lines.count());
        while (end > start && CharClass.isBlank(buffer.get(base + end - 1))) {
            end--;
        }
        lines.valueEnds(end);
    }

    /** Judges one header line by itself. */
    private int field(ByteBuffer buffer, int index) {
        FieldName name = name(index);
        if (name == FieldName.OTHER) {
            return 0;
        }
        boolean repeated = lines.see(name);
        int from = valueStart(index);
        int to = valueEnd(index);
        Rejection bad =
                switch (name) {
                    case CONTENT_LENGTH ->
                            repeated
                                    ? Rejection.DUPLICATE_CONTENT_LENGTH
                                    : framingFields.contentLength(buffer, from, to);
                    case TRANSFER_ENCODING ->
                            repeated
                                    ? Rejection.BAD_TRANSFER_ENCODING
                                    : framingFields.transferEncoding(buffer, from, to);
                    case FRAMING_LOOK_ALIKE -> Rejection.FRAMING_LOOK_ALIKE;
                    case CONNECTION -> connection.add(buffer, from, to);
                    case HOST -> onlyOnce(repeated, Rejection.HOST_DUPLICATE);
                    case EVENKEEL_SERVICE -> onlyOnce(repeated, Rejection.DUPLICATE_HEADER);
                    default -> null;
                };
        return bad == null ? 0 : reject(bad);
    }

    private static @Nullable Rejection onlyOnce(boolean repeated, Rejection rejection) {
        return repeated ? rejection : null;
    }

    /** Judges what requests and replies have in common. */
    private int sectionVerdict(ByteBuffer buffer) {
        Rejection bad = framingFields.verdict(minorVersion);
        if (bad != null) {
            return reject(bad);
        }
        if (connection.namesOthers()) {
            for (int i = 0; i < lines.count(); i++) {
                if (name(i) == FieldName.CONNECTION) {
                    connection.markNamed(this, buffer, valueStart(i), valueEnd(i));
                }
            }
        }
        return 0;
    }

    /** Marks every line of this name as named by Connection. */
    final void markNamed(ByteBuffer buffer, int from, int to) {
        for (int i = 0; i < lines.count(); i++) {
            if (CharClass.equalIgnoreCase(buffer, from, to, nameStart(i), nameEnd(i))) {
                lines.markNamed(i);
            }
        }
    }

    /** Says that the bytes of the head now begin at {@code from} in their buffer. */
    public final void moved(int from) {
        base = from;
    }

    /** Returns where the head begins in the buffer. */
    public final int start() {
        return base;
    }

    /** Returns the length in bytes of a complete head, its empty line included. */
    public final int length() {
        return state == COMPLETE ? result : 0;
    }

    /** Returns whether {@link #scan} has seen the whole head and accepted it. */
    public final boolean complete() {
        return state == COMPLETE;
    }

    /** Returns 1 for HTTP/1.1 and 0 for HTTP/1.0. */
    public final int minorVersion() {
        return minorVersion;
    }

    /** Returns how the body's end is found. */
    public final Framing framing() {
        return framing;
    }

    /** Returns the value of Content-Length, -1 without. */
    public final long contentLength() {
        return framingFields.contentLength();
    }

    /** Returns the number of header lines. */
    public final int count() {
        return lines.count();
    }

    /** Returns whether a header of this name is there; not for {@link FieldName#OTHER}. */
    public final boolean has(FieldName name) {
        return lines.seen(name);
    }

    /** Returns the index of the first header of this name, or -1. */
    public final int find(FieldName name) {
        return has(name) ? find(name, 0) : -1;
    }

    /** Returns the index of the first header of this name from index {@code from} on, or -1. */
    public final int find(FieldName name, int from) {
        return lines.find(name, from);
    }

    /**
     * Returns the index of the first header from {@code from} on with the name {@code lowerName}
     * (ASCII in lower case), or -1. For names that {@link FieldName} lacks.
     */
    public final int find(ByteBuffer buffer, byte[] lowerName, int from) {
        for (int i = from; i < lines.count(); i++) {
            if (CharClass.equalIgnoreCase(buffer, nameStart(i), nameEnd(i), lowerName)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the name of header {@code index} as far as the gateway knows it. */
    public final FieldName name(int index) {
        return lines.fieldName(index);
    }

    /** Returns whether Connection names this header, so that it ends here. */
    final boolean named(int index) {
        return lines.named(index);
    }

    /** Returns where header {@code index} begins: its line and its name. */
    public final int nameStart(int index) {
        return base + lines.nameStart(index);
    }

    /** Returns where the name of header {@code index} ends: its colon. */
    public final int nameEnd(int index) {
        return base + lines.nameEnd(index);
    }

    /** Returns where the value of header {@code index} begins, white space skipped. */
    public final int valueStart(int index) {
        return base + lines.valueStart(index);
    }

    /** Returns where the value of header {@code index} ends, without white space at its end. */
    public final int valueEnd(int index) {
        return base + lines.valueEnd(index);
    }

    /** Returns the first byte behind header {@code index} with its CRLF. */
    final int lineEnd(int index) {
        return index + 1 < lines.count() ? nameStart(index + 1) : base + result - 2;
    }
}
