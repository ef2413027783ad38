package io.evenkeel.kernel.task;

/** Where a task stands. */
public enum TaskState {
    /** Waits to be claimed. */
    WAITING,
    /** Was claimed; without its claim's key the claimant is gone, and it may be claimed again. */
    RUNNING,
    /** Done. */
    DONE,
    /** Given up: too many attempts, its deadline passed, or what it depends on did not succeed. */
    FAILED,
    /** Its batch was cancelled before it was done. */
    CANCELLED;

    /** Whether nothing will come of it any more. */
    public boolean ended() {
        return switch (this) {
            case WAITING, RUNNING -> false;
            case DONE, FAILED, CANCELLED -> true;
        };
    }
}
