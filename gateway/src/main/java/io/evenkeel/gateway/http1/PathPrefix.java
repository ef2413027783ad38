package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Another beginning of a path in place of the one that a route matched at a segment's border.
 * Immutable; allocates nothing for a request.
 */
public final class PathPrefix {
    private final int matched;
    private final byte[] replacement;

    private PathPrefix(int matched, byte[] replacement) {
        this.matched = matched;
        this.replacement = replacement;
    }

    /**
     * A replacement.
     *
     * @param matched the prefix that all paths begin with, for example {@code /a} or {@code /}
     * @param replacement what they are to begin with, in path characters
     */
    public static PathPrefix of(String matched, String replacement) {
        return new PathPrefix(
                trimmed(matched).getBytes(StandardCharsets.UTF_8).length,
                trimmed(replacement).getBytes(StandardCharsets.US_ASCII));
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** How much longer a target gets at most. */
    int room() {
        return replacement.length + 1;
    }

    /** Writes path and query with the other beginning. */
    void write(RequestHead head, ByteBuffer source, ByteBuffer target) {
        int rest = Math.min(head.pathStart() + matched, head.pathEnd());
        target.put(replacement);
        if (replacement.length == 0 && rest == head.pathEnd()) {
            target.put((byte) '/');
        }
        HeadEditor.copy(source, rest, head.targetEnd(), target);
    }
}
