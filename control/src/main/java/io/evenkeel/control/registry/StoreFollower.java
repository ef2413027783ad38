package io.evenkeel.control.registry;

import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.Keys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads parts of the store once, all at one revision, then watches everything from the next
 * revision on; when the store says that history is gone, or does not answer, it reads again. One
 * virtual thread.
 */
public final class StoreFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFollower.class);

    /** Large: to find a page, etcd goes through the keys of all that follow it. */
    private static final int PAGE = 20_000;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Who is told; by one thread at a time, in the order of revisions. */
    public interface Reader {
        /** A reading begins; one that was begun before is given up. */
        void begins();

        /** A part of the reading, in the order of keys; counts only once {@link #whole} says so. */
        void page(List<Entry> entries);

        /**
         * The pages since {@link #begins} are everything of the parts read, at this revision; what
         * was known before is superseded.
         */
        void whole(long revision);

        /** What comes behind, of every part of the store. */
        void batch(WatchBatch batch);
    }

    private final String name;
    private final Store store;
    private final Duration deadline;
    private final List<String> prefixes;
    private final Reader reader;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean watching;

    /**
     * A follower that has not begun.
     *
     * @param name for the thread and the log
     * @param deadline of each call of the store
     * @param prefixes of the keys to be read at first
     */
    public StoreFollower(
            String name, Store store, Duration deadline, List<String> prefixes, Reader reader) {
        this.name = name;
        this.store = store;
        this.deadline = deadline;
        this.prefixes = List.copyOf(prefixes);
        this.reader = reader;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::follow);
    }

    /** Begins to follow. */
    public void start() {
        thread.start();
    }

    /** Whether it has read everything and, as far as is known, hears of every change. */
    public boolean watching() {
        return watching;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void follow() {
        long pauseNanos = FIRST_PAUSE_NANOS;
        try {
            while (!closed) {
                try {
                    long revision = load();
                    if (revision > 0) {
                        pauseNanos = FIRST_PAUSE_NANOS;
                        watchToTheEnd(revision + 1);
                    }
                } catch (RuntimeException e) {
                    LOG.error("{}: following the store failed; reading it again", name, e);
                }
                TimeUnit.NANOSECONDS.sleep(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", name);
        }
    }

    /** Reads everything at one revision and answers it; 0 if the store did not let it. */
    private long load() {
        long revision = 0;
        reader.begins();
        for (String prefix : prefixes) {
            RangeQuery query = RangeQuery.prefix(prefix).limit(PAGE);
            boolean more = true;
            while (more) {
                RangeResult result = store.range(query.at(revision), deadline);
                String problem =
                        switch (result) {
                            case RangeResult.Range _ -> null;
                            case Compacted _ -> "history was compacted while reading";
                            case Rejected rejected -> rejected.message();
                            case Unknown unknown -> unknown.reason();
                        };
                if (problem != null || !(result instanceof RangeResult.Range range)) {
                    LOG.warn("{}: reading the store: {}; what is known stays", name, problem);
                    return 0;
                }
                revision = revision == 0 ? range.revision() : revision;
                reader.page(range.entries());
                more = range.more();
                query = more ? query.after(range.entries().getLast().key()) : query;
            }
        }
        reader.whole(revision);
        return revision;
    }

    private void watchToTheEnd(long from) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        WatchListener listener =
                new WatchListener() {
                    @Override
                    public void onBatch(WatchBatch batch) {
                        if (!closed) {
                            reader.batch(batch);
                        }
                    }

                    @Override
                    public void onEnd(WatchEnd end) {
                        LOG.info("{}: the watch of the store ended: {}", name, end.message());
                        ended.countDown();
                    }
                };
        Watch watch = store.watch(Keys.ROOT, from, listener);
        watching = true;
        try {
            ended.await();
        } finally {
            watching = false;
            watch.close();
        }
    }
}
