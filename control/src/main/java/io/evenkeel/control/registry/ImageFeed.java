package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.UnreadableRecord;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the store and publishes images. It reads everything once, then watches; when the store
 * says that history is gone, it reads again, and readers see one delta over the gap. While the
 * store does not answer, the last image stays.
 *
 * <p>Thread-safe. Publishers are called by one thread at a time, in order, under this feed's lock:
 * they must return soon and must not wait for the feed.
 */
public final class ImageFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFeed.class);

    private static final int PAGE = 2_000;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final List<Keys.Area> AREAS =
            List.of(Keys.Area.SPEC, Keys.Area.STATUS, Keys.Area.ASSIGN, Keys.Area.PRESENCE);

    private final Store store;
    private final Duration deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final ImageBuilder builder = new ImageBuilder();
    private final List<ImagePublisher> publishers = new ArrayList<>();
    private final CountDownLatch firstImage = new CountDownLatch(1);
    private final Thread thread;
    private volatile ClusterImage image = ClusterImage.EMPTY;
    private volatile boolean closed;

    /** Follows {@code store}, whose calls get {@code deadline}; call {@link #start} next. */
    public ImageFeed(Store store, Duration deadline) {
        this.store = store;
        this.deadline = deadline;
        this.thread = Thread.ofVirtual().name("image-feed").unstarted(this::follow);
    }

    /** Adds a publisher; it first gets the newest image as a delta from nothing. */
    public void subscribe(ImagePublisher publisher) {
        lock.lock();
        try {
            if (image.revision() > 0) {
                publisher.publish(ImageDelta.whole(image));
            }
            publishers.add(publisher);
        } finally {
            lock.unlock();
        }
    }

    /** Begins to follow. */
    public void start() {
        thread.start();
    }

    /** The newest image; {@link ClusterImage#EMPTY} before the first. */
    public ClusterImage image() {
        return image;
    }

    /** Waits for the first image; false if there was none in time. */
    public boolean awaitFirst(Duration patience) throws InterruptedException {
        return firstImage.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits until the image contains {@code revision}; false if it did not in time. */
    public boolean awaitRevision(long revision, Duration patience) throws InterruptedException {
        if (image.revision() >= revision) {
            return true;
        }
        long leftNanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (image.revision() < revision) {
                if (leftNanos <= 0 || closed) {
                    return false;
                }
                leftNanos = advanced.awaitNanos(leftNanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
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
                    if (load()) {
                        pauseNanos = FIRST_PAUSE_NANOS;
                        watchToTheEnd();
                    }
                } catch (RuntimeException e) {
                    LOG.error("following the store failed; reading it again", e);
                }
                TimeUnit.NANOSECONDS.sleep(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            }
        } catch (InterruptedException e) {
            LOG.debug("the image feed ends");
        }
    }

    /** Reads everything at one revision; false if the store did not let it. */
    private boolean load() {
        long revision = 0;
        List<Entry> entries = new ArrayList<>();
        for (Keys.Area area : AREAS) {
            RangeQuery query = RangeQuery.prefix(Keys.prefix(area)).limit(PAGE);
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
                    LOG.warn("reading the store: {}; the last image stays", problem);
                    return false;
                }
                revision = revision == 0 ? range.revision() : revision;
                entries.addAll(range.entries());
                more = range.more();
                query = more ? query.after(range.entries().getLast().key()) : query;
            }
        }
        publish(entries, revision);
        return true;
    }

    private void publish(List<Entry> entries, long revision) {
        lock.lock();
        try {
            publish(builder.load(entries, revision));
        } finally {
            lock.unlock();
        }
    }

    private void publish(ImageDelta delta) {
        image = delta.after();
        for (UnreadableRecord record : delta.unreadable()) {
            LOG.error(
                    "record {} cannot be read and is left as it was: {}",
                    record.key(),
                    record.problem());
        }
        // Also when nothing in it differs: a reader may wait for its revision.
        for (ImagePublisher publisher : publishers) {
            publisher.publish(delta);
        }
        advanced.signalAll();
        firstImage.countDown();
    }

    private void watchToTheEnd() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        WatchListener listener =
                new WatchListener() {
                    @Override
                    public void onBatch(WatchBatch batch) {
                        lock.lock();
                        try {
                            if (!closed) {
                                publish(builder.apply(batch));
                            }
                        } finally {
                            lock.unlock();
                        }
                    }

                    @Override
                    public void onEnd(WatchEnd end) {
                        LOG.info("the watch of the store ended: {}", end.message());
                        ended.countDown();
                    }
                };
        Watch watch = store.watch(Keys.ROOT, image.revision() + 1, listener);
        try {
            ended.await();
        } finally {
            watch.close();
        }
    }
}
