package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkMessage;
import org.jspecify.annotations.Nullable;

/**
 * The time between the end of a link and that of its tunnel, in which the requests that run are
 * carried to their end. Part of a session; sans-IO.
 */
final class LinkFarewell {
    private final long pollNanos;
    private final long mostNanos;
    private LinkMessage.@Nullable Failure lastWords;
    private long nextLook;
    private long deadline;

    LinkFarewell(long pollNanos, long mostNanos) {
        this.pollNanos = pollNanos;
        this.mostNanos = mostNanos;
    }

    /**
     * The link is over.
     *
     * @param said to the backend when its requests are done, null: nothing
     */
    void begin(long now, LinkMessage.@Nullable Failure said) {
        lastWords = said;
        nextLook = now;
        deadline = now + mostNanos;
    }

    /** When to ask {@link #due} next. */
    long nextLook() {
        return Math.min(nextLook, deadline);
    }

    /** Whether the tunnel is to end: nothing runs on it any more, or it has taken too long. */
    boolean due(long now, boolean carrying) {
        nextLook = now + pollNanos;
        return !carrying || now >= deadline;
    }

    LinkMessage.@Nullable Failure lastWords() {
        return lastWords;
    }
}
