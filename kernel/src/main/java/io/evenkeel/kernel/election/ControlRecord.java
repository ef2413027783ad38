package io.evenkeel.kernel.election;

import io.evenkeel.model.HostPort;

/**
 * The value of a control's key ({@link io.evenkeel.model.Keys#control}), which it holds under the
 * lease by which it stands for election: as long as the key is there, it says that it lives.
 *
 * @param instance nonce of this run of its process
 * @param admin where its API answers, as others reach it
 * @param version of the software it runs
 * @param sinceMillis wall clock when it took the key, milliseconds since 1970 UTC
 */
public record ControlRecord(String instance, HostPort admin, String version, long sinceMillis) {}
