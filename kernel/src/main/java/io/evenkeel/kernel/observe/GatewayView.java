package io.evenkeel.kernel.observe;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * A running gateway as seen from outside its loops. Every method may be called by any thread, takes
 * no lock that a loop waits for, and answers from what was recorded; nothing is computed again.
 */
public interface GatewayView {
    /**
     * Looks for what became of a request.
     *
     * @param id the gateway's own id ({@code xxxxxxxx-LL-nnnnnnnn}) or the X-Request-Id of a
     *     trusted source
     */
    RequestLookup requestRecord(String id);

    /**
     * Returns the queue of a service as it stands: endpoints in their order, with the parts of
     * their scores, their eligibility and the reasons.
     *
     * @return empty if this gateway knows no such service
     */
    Optional<QueueSnapshot> queue(String tenant, String service);

    /**
     * Returns what happened in a service's queue: ejections, returns, panics; the last few dozen,
     * the latest first.
     */
    List<ServiceEvent> events(String tenant, String service);

    /** Returns the traffic of every service since the gateway started, by tenant and name. */
    List<ServiceTraffic> services();

    /**
     * Returns all metrics, loops added up.
     *
     * @param mostEndpoints number of endpoints up to which each has samples of its own; beyond it
     *     endpoints have none and only services count
     */
    List<MetricFamily> metrics(int mostEndpoints);
}
