package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the trailer lines behind the last chunk, octet by octet, so that they can be passed on
 * before all are there. A line's name is collected apart since its bytes may already be gone.
 */
final class TrailerSection {
    private static final int LINE_START = 0;
    private static final int NAME = 1;
    private static final int VALUE = 2;
    private static final int LINE_LF = 3;
    private static final int END_LF = 4;
    private static final int DONE = 5;

    /** As long as the longest name that matters; longer names are nobody's. */
    private final ByteBuffer name = ByteBuffer.allocate(64);

    private int state;
    private int nameLength;
    private int bytes;

    void reset() {
        state = LINE_START;
        nameLength = 0;
        bytes = 0;
    }

    boolean done() {
        return state == DONE;
    }

    /** Goes over {@code [from, to)}. Returns where it stopped, or a negative code. */
    int advance(ByteBuffer buffer, int from, int to, Limits limits) {
        int at = from;
        while (at < to && state != DONE) {
            if (++bytes > limits.trailerBytes()) {
                return Rejection.TRAILERS_TOO_LARGE.code();
            }
            Rejection bad = accept(buffer.get(at) & 0xff);
            if (bad != null) {
                return bad.code();
            }
            at++;
        }
        return at;
    }

    private @Nullable Rejection accept(int c) {
        return switch (state) {
            case LINE_START -> lineStart(c);
            case NAME -> name(c);
            case VALUE -> {
                if (c == '\r') {
                    state = LINE_LF;
                    yield null;
                }
                if (c == '\n') {
                    yield Rejection.BARE_LF;
                }
                yield Rejection.NUL_OR_CONTROL.unless(CharClass.TEXT[c] != 0);
            }
            case LINE_LF -> {
                state = LINE_START;
                yield Rejection.BARE_CR.unless(c == '\n');
            }
            case END_LF -> {
                state = DONE;
                yield Rejection.BARE_CR.unless(c == '\n');
            }
            default -> throw new IllegalStateException("state " + state);
        };
    }

    private @Nullable Rejection lineStart(int c) {
        if (c == '\r') {
            state = END_LF;
            return null;
        }
        if (c == '\n') {
            return Rejection.BARE_LF;
        }
        if (CharClass.isBlank(c)) {
            return Rejection.OBS_FOLD;
        }
        state = NAME;
        nameLength = 0;
        return name(c);
    }

    private @Nullable Rejection name(int c) {
        byte lower = CharClass.TOKEN[c];
        if (lower != 0) {
            if (nameLength < name.capacity()) {
                name.put(nameLength, lower);
            }
            nameLength++;
            return null;
        }
        if (CharClass.isBlank(c)) {
            return Rejection.SPACE_BEFORE_COLON;
        }
        if (c != ':' || nameLength == 0) {
            return c == '\n' ? Rejection.BARE_LF : Rejection.BAD_TRAILER;
        }
        state = VALUE;
        return nameLength <= name.capacity()
                        && FieldName.of(name, 0, nameLength).forbiddenAsTrailer()
                ? Rejection.FORBIDDEN_TRAILER
                : null;
    }
}
