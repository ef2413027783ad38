package io.evenkeel.kernel.image;

/**
 * The value of a presence key; gateway and endpoint are in the key.
 *
 * @param epoch epoch of the incarnation that the gateway reaches
 * @param sinceMillis wall clock when it first did, milliseconds since 1970 UTC
 */
public record PresenceRecord(long epoch, long sinceMillis) {}
