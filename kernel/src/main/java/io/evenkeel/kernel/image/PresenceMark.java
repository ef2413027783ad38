package io.evenkeel.kernel.image;

/**
 * A gateway's word that it can reach an endpoint. Stored under {@code presence/GATEWAY/TENANT/NAME}
 * with the gateway's lease.
 *
 * @param gateway the gateway's id
 * @param epoch epoch of the incarnation that it reaches; a mark with another epoch counts for
 *     nothing
 * @param sinceMillis wall clock when the gateway first said so, milliseconds since 1970 UTC
 */
public record PresenceMark(String gateway, long epoch, long sinceMillis) {}
