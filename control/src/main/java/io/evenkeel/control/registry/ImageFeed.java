package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.UnreadableRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private static final List<String> PREFIXES =
            List.of(
                    Keys.prefix(Keys.Area.SPEC),
                    Keys.prefix(Keys.Area.STATUS),
                    Keys.prefix(Keys.Area.ASSIGN),
                    Keys.prefix(Keys.Area.PRESENCE),
                    Keys.prefix(Keys.Area.LOCK, Keys.GATEWAYS));

    private final ReentrantLock lock = new ReentrantLock();
    private final ReachedRevision reached = new ReachedRevision();
    private final ImageBuilder builder = new ImageBuilder();
    private final ImageRelay relay = new ImageRelay();
    private final CountDownLatch firstImage = new CountDownLatch(1);
    private final StoreFollower follower;

    /** Follows {@code store}, whose calls get {@code deadline}; call {@link #start} next. */
    public ImageFeed(Store store, Duration deadline) {
        this.follower = new StoreFollower("image-feed", store, deadline, PREFIXES, new Images());
    }

    /** Adds a publisher; it first gets the newest image as a delta from nothing. */
    public ImageRelay.Subscription subscribe(ImagePublisher publisher) {
        return relay.subscribe(publisher);
    }

    /** Begins to follow. */
    public void start() {
        follower.start();
    }

    /** The newest image; {@link ClusterImage#EMPTY} before the first. */
    public ClusterImage image() {
        return relay.image();
    }

    /** Waits for the first image; false if there was none in time. */
    public boolean awaitFirst(Duration patience) throws InterruptedException {
        return firstImage.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits until the image contains {@code revision}; false if it did not in time. */
    public boolean awaitRevision(long revision, Duration patience) throws InterruptedException {
        return reached.await(revision, patience);
    }

    @Override
    public void close() {
        follower.close();
        reached.close();
    }

    /** Reads into images; readers of those see one delta over a gap. */
    private final class Images implements StoreFollower.Reader {
        @Override
        public void whole(List<Entry> entries, long revision) {
            lock.lock();
            try {
                publish(builder.load(entries, revision));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void batch(WatchBatch batch) {
            lock.lock();
            try {
                publish(builder.apply(batch));
            } finally {
                lock.unlock();
            }
        }
    }

    private void publish(ImageDelta delta) {
        for (UnreadableRecord record : delta.unreadable()) {
            LOG.error(
                    "record {} cannot be read and is left as it was: {}",
                    record.key(),
                    record.problem());
        }
        // Also when nothing in it differs: a reader may wait for its revision.
        relay.publish(delta);
        reached.reach(delta.after().revision());
        firstImage.countDown();
    }
}
