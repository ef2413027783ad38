package io.evenkeel.kernel.image;

/**
 * A status as it is stored.
 *
 * @param record what it says
 * @param revision of its last write
 */
public record StatusImage(StatusRecord record, long revision) {}
