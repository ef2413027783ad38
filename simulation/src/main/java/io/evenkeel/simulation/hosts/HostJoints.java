package io.evenkeel.simulation.hosts;

/**
 * Where decisions meet the world: a test plants a fault of ours here.
 *
 * @param waitsForFence whether machines are moved only from a fenced host
 * @param sealsDisks whether storage refuses to open a disk under an older token
 * @param heedsClients whether a client that acknowledges a notify is a sign of life
 */
public record HostJoints(boolean waitsForFence, boolean sealsDisks, boolean heedsClients) {
    /** As in the product. */
    public static final HostJoints SOUND = new HostJoints(true, true, true);
}
