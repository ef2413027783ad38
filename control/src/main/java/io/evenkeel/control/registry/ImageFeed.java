package io.evenkeel.control.registry;

import io.evenkeel.control.registry.Freshness.Origin;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.ReadRecord;
import io.evenkeel.kernel.image.UnreadableRecord;
import io.evenkeel.kernel.registry.RegistryDesk;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.WatchBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the store and publishes images. It reads everything once, then watches; when the store
 * says that history is gone, it reads again, and readers see one delta over the gap. While the
 * store does not answer, the last image stays; at the start, a local copy takes its place after a
 * while, until the store has been read: that is one delta too, also back to an earlier revision.
 *
 * <p>Thread-safe. Publishers are called by one thread at a time, in order, under this feed's lock:
 * they must return soon and must not wait for the feed.
 */
public final class ImageFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFeed.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final ReachedRevision reached = new ReachedRevision();
    private final ImageBuilder builder = new ImageBuilder();
    private final ImageRelay relay = new ImageRelay();
    private final CountDownLatch firstImage = new CountDownLatch(1);
    private final StoreFollower follower;
    private final StorePulse pulse;
    private final StoreCopy copy;
    private final Duration copyAfter;
    private final Thread copyStart;
    private final AtomicLong timeline = new AtomicLong();
    private volatile Origin origin = Origin.NONE;
    private volatile long heardNanos = System.nanoTime();

    /** Follows {@code store}, whose calls get {@code deadline}; call {@link #start} next. */
    public ImageFeed(Store store, Duration deadline) {
        this(store, deadline, StoreCopy.NONE, Duration.ZERO);
    }

    /**
     * The same with a copy, which stays the caller's to close, after this is closed.
     *
     * @param copyAfter how long the store has to be read at the start before the copy is shown
     */
    public ImageFeed(Store store, Duration deadline, StoreCopy copy, Duration copyAfter) {
        this.follower =
                new StoreFollower(
                        "image-feed", store, deadline, ImageBuilder.PREFIXES, new Images());
        this.pulse = new StorePulse(store, this::answered);
        this.copy = copy;
        this.copyAfter = copyAfter;
        this.copyStart = Thread.ofVirtual().name("image-feed-copy").unstarted(this::startFromCopy);
    }

    /** Adds a publisher; it first gets the newest image as a delta from nothing. */
    public ImageRelay.Subscription subscribe(ImagePublisher publisher) {
        return relay.subscribe(publisher);
    }

    /** Begins to follow. */
    public void start() {
        follower.start();
        pulse.start();
        copyStart.start();
    }

    /** How current the newest image is. */
    public Freshness freshness() {
        return new Freshness(
                origin, image().revision(), Duration.ofNanos(System.nanoTime() - heardNanos));
    }

    /** Whether nothing was heard of the store for so long that its answers need not be awaited. */
    public boolean storeIsSilent() {
        Freshness now = freshness();
        return now.origin() == Origin.COPY || now.age().compareTo(RegistryDesk.SILENT_AFTER) > 0;
    }

    /**
     * How often the store was found at an earlier revision than before, as after a restore from an
     * older backup: revisions kept from before say nothing of it then.
     */
    public long timeline() {
        return timeline.get();
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
        copyStart.interrupt();
        pulse.close();
        follower.close();
        reached.close();
    }

    /** Reads into images; readers of those see one delta over a gap. */
    private final class Images implements StoreFollower.Reader {
        private final PagesRead pages = new PagesRead();

        /** For the copy, if one is kept. */
        private List<Entry> kept = new ArrayList<>();

        @Override
        public void begins() {
            pages.clear();
            kept = new ArrayList<>();
        }

        @Override
        public void page(List<Entry> entries) {
            pages.page(entries);
            if (copies()) {
                kept.addAll(entries);
            }
        }

        @Override
        public void whole(long revision) {
            List<ReadRecord> read = pages.take();
            lock.lock();
            try {
                if (revision < image().revision()) {
                    LOG.warn(
                            "the store is at revision {}, behind {}: it was restored from an older"
                                    + " backup, or is another one",
                            revision,
                            image().revision());
                    timeline.incrementAndGet();
                }
                ImageDelta delta = builder.loadRead(read, revision);
                if (origin == Origin.COPY) {
                    LOG.info(
                            "the store answers: {} endpoints and {} services differ from the copy",
                            delta.endpoints().size(),
                            delta.services().size());
                }
                origin = Origin.STORE;
                heard();
                publish(delta);
                reached.reach(revision);
            } finally {
                lock.unlock();
            }
            if (copies()) {
                copy.whole(kept, revision);
                kept = new ArrayList<>();
            }
        }

        @Override
        public void batch(WatchBatch batch) {
            lock.lock();
            try {
                heard();
                publish(builder.apply(batch));
                reached.reach(image().revision());
            } finally {
                lock.unlock();
            }
            copy.changed(
                    batch.changes().stream().filter(change -> isRead(change.key())).toList(),
                    batch.revision());
        }
    }

    private boolean copies() {
        return !copy.equals(StoreCopy.NONE);
    }

    private static boolean isRead(String key) {
        return ImageBuilder.PREFIXES.stream().anyMatch(key::startsWith);
    }

    private void answered() {
        if (follower.watching()) {
            heard();
        }
    }

    private void heard() {
        heardNanos = System.nanoTime();
        copy.confirmed(System.currentTimeMillis());
    }

    private void startFromCopy() {
        try {
            if (!copies() || awaitFirst(copyAfter)) {
                return;
            }
        } catch (InterruptedException closed) {
            return;
        }
        copy.load().ifPresent(this::show);
    }

    private void show(StoreCopy.Kept kept) {
        lock.lock();
        try {
            if (origin != Origin.NONE) {
                return;
            }
            long age = Math.max(0, System.currentTimeMillis() - kept.confirmedMillis());
            LOG.warn(
                    "the store does not answer; starting from the local copy of revision {} of"
                            + " cluster {}, which was right {} s ago",
                    kept.revision(),
                    kept.cluster(),
                    age / 1_000);
            origin = Origin.COPY;
            heardNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(age);
            publish(builder.load(kept.entries(), kept.revision()));
        } finally {
            lock.unlock();
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
        firstImage.countDown();
    }
}
