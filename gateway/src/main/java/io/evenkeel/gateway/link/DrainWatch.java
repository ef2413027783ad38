package io.evenkeel.gateway.link;

/**
 * One drain on a link: until when it may last, and when to look again whether the gateway still has
 * requests running on the endpoint. Pure.
 */
final class DrainWatch {
    private static final long NEVER = Long.MAX_VALUE;

    private final long pollNanos;
    private boolean begun;
    private long deadline = NEVER;
    private long look = NEVER;

    DrainWatch(long pollNanos) {
        this.pollNanos = pollNanos;
    }

    /** Begins, or begins anew with another deadline; {@link #over} is to be asked at once. */
    void begin(long now, long nanos) {
        begun = true;
        deadline = now + nanos;
        look = now;
    }

    /** It is taken back. */
    void end() {
        begun = false;
        look = NEVER;
    }

    boolean begun() {
        return begun;
    }

    /** When to ask {@link #over} next; {@link Long#MAX_VALUE}: not at all. */
    long nextLook() {
        return look;
    }

    /** Whether there is nothing more to wait for; true once. */
    boolean over(long now, int outstanding) {
        if (outstanding == 0 || now >= deadline) {
            look = NEVER;
            return true;
        }
        look = Math.min(deadline, now + pollNanos);
        return false;
    }
}
