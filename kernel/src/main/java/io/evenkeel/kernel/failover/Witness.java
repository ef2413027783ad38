package io.evenkeel.kernel.failover;

/** Who can say that a host lives. */
public enum Witness {
    /** The host's libvirt, over the management network; asked first. */
    LIBVIRT,
    /**
     * The storage: does a client on this host answer a notify on the image of one of its machines'
     * disks? Asked only if libvirt is silent. A listed watcher that does not answer is no life.
     */
    STORAGE,
    /** Gateways' link connections from the host; opt-in, can only hold back or start early. */
    LINKS;

    /** Whether it is one of those that nobody asks: it says so by itself. */
    public boolean isFurther() {
        return this == LINKS;
    }
}
