package io.evenkeel.kernel.image;

/**
 * Receives every image, the newest last. Called by one thread at a time and in order; must return
 * soon, since the next image waits for it.
 */
public interface ImagePublisher {
    void publish(ImageDelta delta);
}
