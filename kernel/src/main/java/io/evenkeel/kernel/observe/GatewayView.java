package io.evenkeel.kernel.observe;

import java.util.List;

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
