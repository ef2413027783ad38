package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Header lines that a head loses and gains on its way. However many edits there were, what is left
 * of them is a set of names to take off and a run of lines to append, so that a head is edited in
 * one pass. Immutable; allocates nothing for a message.
 */
public final class LineEdits {
    /** Nothing is changed. */
    public static final LineEdits NONE = of("");

    /** In lower case. */
    private final byte[][] dropped;

    /** A bit for each length that a dropped name has; long names share the last one. */
    private final long lengths;

    private final byte[] appended;

    private LineEdits(byte[][] dropped, byte[] appended) {
        this.dropped = dropped;
        this.appended = appended;
        long bits = 0;
        for (byte[] name : dropped) {
            bits |= bit(name.length);
        }
        lengths = bits;
    }

    /**
     * Edits.
     *
     * @param appended whole lines with their CRLF, in ASCII
     * @param dropped names whose lines stay behind, in lower-case ASCII
     */
    public static LineEdits of(String appended, byte[]... dropped) {
        return new LineEdits(dropped.clone(), appended.getBytes(StandardCharsets.US_ASCII));
    }

    private static long bit(int length) {
        return 1L << Math.min(length, Long.SIZE - 1);
    }

    /** Whether the line of this head's header stays behind. */
    boolean drops(Head head, int index, ByteBuffer source) {
        if (lengths == 0) {
            return false;
        }
        int from = head.nameStart(index);
        int to = head.nameEnd(index);
        if ((lengths & bit(to - from)) == 0) {
            return false;
        }
        for (byte[] name : dropped) {
            if (CharClass.equalIgnoreCase(source, from, to, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whole lines with their CRLF; shared, not to be changed. */
    byte[] appended() {
        return appended;
    }
}
