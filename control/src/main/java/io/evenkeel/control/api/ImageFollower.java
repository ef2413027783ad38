package io.evenkeel.control.api;

import io.evenkeel.control.registry.ReachedRevision;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import java.time.Duration;

/**
 * The newest image, and a way to wait for one that has a certain revision in it: a caller who wrote
 * something then reads it. Thread-safe.
 */
final class ImageFollower implements ImagePublisher {
    private final ReachedRevision reached = new ReachedRevision();
    private volatile ClusterImage image = ClusterImage.EMPTY;

    @Override
    public void publish(ImageDelta delta) {
        image = delta.after();
        reached.reach(image.revision());
    }

    /** The newest image, whatever is in it. */
    ClusterImage image() {
        return image;
    }

    /** The newest image once it has {@code revision} in it, or when {@code patience} is over. */
    ClusterImage image(long revision, Duration patience) throws InterruptedException {
        reached.await(revision, patience);
        return image;
    }

    /** As {@link #image(long, Duration)}, with what is thought enough for an image to follow. */
    ClusterImage imageWith(long revision) throws InterruptedException {
        return image(revision, Duration.ofSeconds(2));
    }
}
