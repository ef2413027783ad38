package io.evenkeel.kernel.store;

/** Answer to a compaction: {@link Compacted}, {@link Rejected} or {@link Unknown}. */
public sealed interface CompactOutcome permits Compacted, Rejected, Unknown {}
