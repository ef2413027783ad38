package io.evenkeel.kernel.store;

/**
 * Why a watch delivers nothing more.
 *
 * @param reason what the watcher has to do about it
 * @param revision for {@link Reason#RESYNC}: history up to here is gone
 * @param message for the log
 */
public record WatchEnd(Reason reason, long revision, String message) {

    /** What ended the watch. */
    public enum Reason {
        /**
         * The history it needs is compacted: it asked too late, or it was too slow. Read the range
         * again and watch from behind that revision.
         */
        RESYNC,
        /** The store was closed. */
        CLOSED,
        /** The store failed or the connection broke: watch again from the last revision seen. */
        FAILED
    }
}
