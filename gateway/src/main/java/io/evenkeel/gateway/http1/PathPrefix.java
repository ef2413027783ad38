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

    /**
     * Writes path and query with the other beginning. What follows the prefix begins with a slash
     * or is empty, so no segment comes of two. A path never begins with two slashes on account of
     * what was taken off: some servers would take it for a host (RFC 3986 section 4.2).
     */
    void write(RequestHead head, ByteBuffer source, ByteBuffer target) {
        int rest = Math.min(head.pathStart() + matched, head.pathEnd());
        target.put(replacement);
        if (replacement.length == 0) {
            if (rest == head.pathEnd()) {
                target.put((byte) '/');
            }
            while (rest + 1 < head.pathEnd() && source.get(rest + 1) == '/') {
                rest++;
            }
        }
        HeadEditor.copy(source, rest, head.targetEnd(), target);
    }
}
