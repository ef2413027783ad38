package io.evenkeel.gateway.link;

import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.util.List;

/**
 * What a {@link LinkServerSession} makes happen. Calls may not come back into the session, except
 * as said.
 */
interface LinkActions {
    /** Ask for admission; {@link LinkServerSession#admitted} is called later or at once. */
    void admit(Registration registration);

    /**
     * The endpoint is admitted on this link.
     *
     * @return false if a newer incarnation is linked already, or nothing that this is a further
     *     tunnel of: this one is refused
     */
    boolean linked(EndpointKey endpoint, long epoch, Registration registration);

    /** It registered with other properties, and was admitted again. */
    void renewed(EndpointKey endpoint, long epoch, Registration registration);

    /** How many tunnels of this registration are of use; 1 if it has none. */
    int tunnels();

    /** The registration, or what should have been one, is answered with this. */
    void refused(LinkError error);

    /** The link of this endpoint is over; called once after {@link #linked} returned true. */
    void unlinked(EndpointKey endpoint, long epoch, LinkLoss loss, String reason);

    /** See {@link LinkObserver#draining}. */
    void draining(EndpointKey endpoint, long epoch, boolean draining);

    /** See {@link LinkObserver#reported}. */
    void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report);

    /** See {@link LinkObserver#outstanding}. */
    int outstanding(EndpointKey endpoint, long epoch);

    /** Whether requests are under way on the link's tunnel. */
    boolean carrying();

    /** Link addresses of all gateways, this one's first. */
    List<String> peers();
}
