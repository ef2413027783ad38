package io.evenkeel.link;

/**
 * Hears what happens to an endpoint's links. Called on the driver's thread: must return soon and
 * not throw.
 */
public interface LinkListener {
    /** A listener that does nothing. */
    LinkListener NONE = new LinkListener() {};

    /** A gateway admitted the endpoint. */
    default void registered(String gateway, String endpoint, long epoch) {}

    /**
     * The link to a gateway is over; it is dialled again unless the refusal that caused it is
     * permanent.
     */
    default void lost(String gateway, String why) {}

    /** A gateway refused the registration or cut the link with a reason. */
    default void refused(String gateway, Refusal refusal) {}

    /**
     * An operator drains the endpoint: no new requests come from this gateway; those that run may
     * end in this time.
     */
    default void drainBegan(String gateway, long deadlineMillis, String reason) {}

    /**
     * The operator's drain is over: no request of this gateway runs any more, or its time is up and
     * {@code outstanding} of them still do.
     */
    default void drainComplete(String gateway, long outstanding) {}

    /** The operator took the drain back. */
    default void drainEnded(String gateway) {}
}
