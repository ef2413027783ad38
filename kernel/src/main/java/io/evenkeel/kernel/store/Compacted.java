package io.evenkeel.kernel.store;

/**
 * The history asked for is gone: read the present again and go on from there.
 *
 * @param revision history up to and including this revision is gone
 */
public record Compacted(long revision) implements RangeResult, CompactOutcome {}
