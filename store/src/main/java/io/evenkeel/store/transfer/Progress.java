package io.evenkeel.store.transfer;

/** Is told how far a transfer has come; called often, by any thread, one at a time. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress NONE = (step, done, total) -> {};

    /**
     * It has come so far.
     *
     * @param step what is being done, in one or two words
     * @param done of {@code total}
     */
    void at(String step, long done, long total);
}
