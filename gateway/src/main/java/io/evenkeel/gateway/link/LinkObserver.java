package io.evenkeel.gateway.link;

import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkMessage;

/**
 * What links tell the data plane about the endpoints behind them, and the one thing they ask it.
 * Called from the loops' threads, for one endpoint in the order in which things happened; must not
 * block and must not call back into the links.
 */
public interface LinkObserver {

    /** This incarnation of the endpoint holds a link here, from now on. */
    void present(EndpointKey endpoint, long epoch);

    /** It no longer does: no new request may go there. */
    void absent(EndpointKey endpoint, long epoch, LinkLoss loss);

    /** The backend wishes to leave ({@code true}), or has changed its mind. */
    void draining(EndpointKey endpoint, long epoch, boolean draining);

    /** The backend said how loaded it is. */
    void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report);

    /** Requests of this gateway that are running on this incarnation now. */
    int outstanding(EndpointKey endpoint, long epoch);
}
