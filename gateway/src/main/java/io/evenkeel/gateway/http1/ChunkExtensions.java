package io.evenkeel.gateway.http1;

/**
 * Checks the extensions of one chunk line, octet by octet: {@code *( ";" name [ "=" value ] )} with
 * a token or quoted string as value (RFC 9112 section 7.1.1). White space is refused: some servers
 * skip it, others take it for the line's end.
 */
final class ChunkExtensions {
    private static final int NONE = 0;
    private static final int NAME_FIRST = 1;
    private static final int NAME = 2;
    private static final int VALUE_FIRST = 3;
    private static final int VALUE = 4;
    private static final int QUOTED = 5;
    private static final int ESCAPED = 6;
    private static final int QUOTE_CLOSED = 7;

    private int state;

    void reset() {
        state = NONE;
    }

    /** Returns whether the line may end here. */
    boolean complete() {
        return switch (state) {
            case NONE, NAME, VALUE, QUOTE_CLOSED -> true;
            default -> false;
        };
    }

    /** Takes the next octet, neither CR nor LF. Returns whether it is allowed here. */
    boolean accept(int c) {
        return switch (state) {
            case NONE, QUOTE_CLOSED -> {
                state = NAME_FIRST;
                yield c == ';';
            }
            case NAME_FIRST -> {
                state = NAME;
                yield CharClass.TOKEN[c] != 0;
            }
            case NAME -> {
                if (c == '=') {
                    state = VALUE_FIRST;
                    yield true;
                }
                yield tokenOrNext(c);
            }
            case VALUE_FIRST -> {
                state = c == '"' ? QUOTED : VALUE;
                yield c == '"' || CharClass.TOKEN[c] != 0;
            }
            case VALUE -> tokenOrNext(c);
            case QUOTED -> {
                if (c == '"') {
                    state = QUOTE_CLOSED;
                } else if (c == '\\') {
                    state = ESCAPED;
                }
                yield CharClass.TEXT[c] != 0;
            }
            case ESCAPED -> {
                state = QUOTED;
                yield CharClass.TEXT[c] != 0;
            }
            default -> throw new IllegalStateException("state " + state);
        };
    }

    private boolean tokenOrNext(int c) {
        if (c == ';') {
            state = NAME_FIRST;
            return true;
        }
        return CharClass.TOKEN[c] != 0;
    }
}
