package io.evenkeel.kernel.image;

/**
 * A gateway that lives, by its own word.
 *
 * @param id unique among running gateways; as in its presence marks
 * @param record what it says of itself
 * @param revision of the last write of its key
 */
public record GatewayImage(String id, GatewayRecord record, long revision) {}
