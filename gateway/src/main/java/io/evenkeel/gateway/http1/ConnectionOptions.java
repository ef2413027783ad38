package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the Connection lines of one head ask for (RFC 9110 section 7.6.1). */
final class ConnectionOptions {
    private static final byte[] CLOSE = "close".getBytes(StandardCharsets.US_ASCII);

    /** More options than any real peer sends; bounds the work of finding the lines they name. */
    private static final int MOST_OPTIONS = 32;

    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean others;
    private int options;

    void reset() {
        close = false;
        keepAlive = false;
        upgrade = false;
        others = false;
        options = 0;
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean upgrade() {
        return upgrade;
    }

    boolean namesOthers() {
        return others;
    }

    /** Takes in one line's value. Returns what is wrong with it, or null. */
    @Nullable Rejection add(ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at < to) {
            int c = buffer.get(at) & 0xff;
            if (c == ',' || CharClass.isBlank(c)) {
                at++; // empty elements are to be tolerated (section 5.6.1.2)
                continue;
            }
            int start = at;
            at = CharClass.tokenEnd(buffer, at, to);
            if (at == start || ++options > MOST_OPTIONS) {
                return Rejection.BAD_CONNECTION;
            }
            int end = at;
            while (at < to && CharClass.isBlank(buffer.get(at))) {
                at++;
            }
            if (at < to && buffer.get(at) != ',') {
                return Rejection.BAD_CONNECTION;
            }
            Rejection bad = option(buffer, start, end);
            if (bad != null) {
                return bad;
            }
        }
        return null;
    }

    private @Nullable Rejection option(ByteBuffer buffer, int from, int to) {
        FieldName name = FieldName.of(buffer, from, to);
        if (name.essential()) {
            return Rejection.CONNECTION_NAMES_ESSENTIAL;
        }
        if (name == FieldName.KEEP_ALIVE) {
            keepAlive = true;
        } else if (name == FieldName.UPGRADE) {
            upgrade = true;
        } else if (CharClass.equalIgnoreCase(buffer, from, to, CLOSE)) {
            close = true;
        } else if (!name.hopByHop()) {
            others = true;
        }
        return null;
    }

    /** Marks the lines of {@code head} that the options in {@code [from, to)} name. */
    void markNamed(Head head, ByteBuffer buffer, int from, int to) {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && CharClass.TOKEN[buffer.get(at) & 0xff] != 0) {
                at++;
            }
            if (at > start) {
                head.markNamed(buffer, start, at);
            } else {
                at++;
            }
        }
    }
}
