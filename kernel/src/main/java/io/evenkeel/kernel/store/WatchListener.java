package io.evenkeel.kernel.store;

/**
 * Receives a watch. Called by one thread at a time, in revision order; a listener may block, and is
 * ended with {@link WatchEnd.Reason#RESYNC} when it falls behind the history the store keeps.
 */
public interface WatchListener {
    void onBatch(WatchBatch batch);

    /** The last call; nothing follows. Not called after {@link Watch#close()}. */
    void onEnd(WatchEnd end);
}
