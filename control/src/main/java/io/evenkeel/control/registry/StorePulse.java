package io.evenkeel.control.registry;

import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.Keys;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a store once a second whether it is there, because a watch on which nothing changes says
 * nothing. What changed comes by the watch alone. One virtual thread.
 */
final class StorePulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorePulse.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Store store;
    private final Runnable heard;
    private final Thread thread;

    /** Calls {@code heard} after each answer. */
    StorePulse(Store store, Runnable heard) {
        this.store = store;
        this.heard = heard;
        this.thread = Thread.ofVirtual().name("store-pulse").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                if (store.range(RangeQuery.key(Keys.ROOT), EVERY) instanceof RangeResult.Range) {
                    heard.run();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the store's pulse is not taken any more");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
