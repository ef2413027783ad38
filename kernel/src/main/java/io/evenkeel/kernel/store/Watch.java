package io.evenkeel.kernel.store;

/** A running watch. */
public interface Watch extends AutoCloseable {
    /** Stops it; at most the call already running still arrives. Idempotent, any thread. */
    @Override
    void close();
}
