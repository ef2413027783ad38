package io.evenkeel.kernel.machine;

/**
 * An image that is made if it is not there.
 *
 * @param bytes how large it is to be at least; 0: as large as what it is made of
 * @param from image and snapshot of the same pool that it is made of, copy on write, as {@code
 *     IMAGE@SNAPSHOT}; empty: of nothing
 */
public record NewImage(Image image, long bytes, String from) {}
