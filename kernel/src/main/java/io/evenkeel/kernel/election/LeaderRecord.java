package io.evenkeel.kernel.election;

/**
 * The value of a lock that a leader holds.
 *
 * @param id of the candidate
 * @param instance nonce of this run of its process
 * @param sinceMillis wall clock when it claimed the lock, milliseconds since 1970 UTC
 */
public record LeaderRecord(String id, String instance, long sinceMillis) {}
