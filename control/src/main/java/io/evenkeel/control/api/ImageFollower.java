package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest image, and a way to wait for one that has a certain revision in it: a caller who wrote
 * something then reads it. Thread-safe.
 */
final class ImageFollower implements ImagePublisher {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition newer = lock.newCondition();
    private volatile ClusterImage image = ClusterImage.EMPTY;

    @Override
    public void publish(ImageDelta delta) {
        lock.lock();
        try {
            image = delta.after();
            newer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The newest image, whatever is in it. */
    ClusterImage image() {
        return image;
    }

    /** The newest image once it has {@code revision} in it, or when {@code patience} is over. */
    ClusterImage image(long revision, Duration patience) throws InterruptedException {
        if (image.revision() >= revision) {
            return image;
        }
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (image.revision() < revision && nanos > 0) {
                nanos = newer.awaitNanos(nanos);
            }
            return image;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #image(long, Duration)}, with what is thought enough for an image to follow. */
    ClusterImage imageWith(long revision) throws InterruptedException {
        return image(revision, Duration.ofNanos(TimeUnit.SECONDS.toNanos(2)));
    }
}
