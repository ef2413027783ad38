package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.HistoryPart;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a virtual thread with a place in the store's history. It has no queue of its own; the
 * bounded history is the queue of all watches, and a listener that falls out of it is told to read
 * again.
 */
final class WatchPump implements Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchPump.class);

    /** Where a pump gets its changes. */
    interface Source {
        /**
         * Waits until there is history from {@code fromRevision} on that may be shown, then returns
         * a stretch of it; null when the watch is to end ({@link #end}).
         */
        @Nullable HistoryPart await(WatchPump pump, long fromRevision) throws InterruptedException;

        /** Why {@link #await} returned null. */
        WatchEnd end(long fromRevision);

        /** The pump has stopped, or is to stop: forget it. */
        void forget(WatchPump pump);
    }

    private final Source source;
    private final String prefix;
    private final WatchListener listener;
    private long next;
    private volatile boolean closed;

    WatchPump(Source source, String prefix, long fromRevision, WatchListener listener) {
        this.source = source;
        this.prefix = prefix;
        this.next = fromRevision;
        this.listener = listener;
    }

    String prefix() {
        return prefix;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                HistoryPart part = source.await(this, next);
                if (part == null) {
                    finish(source.end(next));
                    return;
                }
                for (WatchBatch batch : part.batches()) {
                    if (closed) {
                        return;
                    }
                    listener.onBatch(batch);
                }
                next = part.nextRevision();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("a listener of {} failed at revision {}; its watch ends", prefix, next, e);
            finish(new WatchEnd(WatchEnd.Reason.FAILED, next, "the listener failed: " + e));
        } finally {
            source.forget(this);
        }
    }

    private void finish(WatchEnd end) {
        if (!closed) {
            closed = true;
            listener.onEnd(end);
        }
    }

    @Override
    public void close() {
        closed = true;
        source.forget(this);
    }
}
