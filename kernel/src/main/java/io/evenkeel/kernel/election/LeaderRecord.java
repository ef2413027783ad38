package io.evenkeel.kernel.election;

import io.evenkeel.model.HostPort;

/**
 * The value of a lock that a leader holds.
 *
 * @param id of the candidate
 * @param instance nonce of this run of its process
 * @param admin where its API answers, as others reach it
 * @param sinceMillis wall clock when it claimed the lock, milliseconds since 1970 UTC
 */
public record LeaderRecord(String id, String instance, HostPort admin, long sinceMillis) {}
