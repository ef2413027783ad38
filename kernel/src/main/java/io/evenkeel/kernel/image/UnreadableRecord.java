package io.evenkeel.kernel.image;

/**
 * A record in the store that this version cannot read.
 *
 * @param key its key
 * @param revision its last write
 * @param problem what is wrong with it and where
 */
public record UnreadableRecord(String key, long revision, String problem) {}
