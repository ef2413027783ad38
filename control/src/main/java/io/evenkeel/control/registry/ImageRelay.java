package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Passes images on to whoever wants them, also to those who come later and go again. Thread-safe;
 * publishers are called by one thread at a time, in order, under this relay's lock: they must
 * return soon and must not wait for it.
 */
public final class ImageRelay implements ImagePublisher {
    /** Ends what it stands for; no image comes afterwards. Idempotent. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final List<ImagePublisher> publishers = new CopyOnWriteArrayList<>();
    private volatile ClusterImage image = ClusterImage.EMPTY;

    /** The newest image; {@link ClusterImage#EMPTY} before the first. */
    public ClusterImage image() {
        return image;
    }

    /** Adds a publisher; it first gets the newest image as a delta from nothing. */
    public Subscription subscribe(ImagePublisher publisher) {
        lock.lock();
        try {
            if (image.revision() > 0) {
                publisher.publish(ImageDelta.whole(image));
            }
            publishers.add(publisher);
        } finally {
            lock.unlock();
        }
        return () -> {
            lock.lock();
            try {
                publishers.remove(publisher);
            } finally {
                lock.unlock();
            }
        };
    }

    @Override
    public void publish(ImageDelta delta) {
        lock.lock();
        try {
            image = delta.after();
            for (ImagePublisher publisher : publishers) {
                publisher.publish(delta);
            }
        } finally {
            lock.unlock();
        }
    }
}
