package io.evenkeel.kernel.observe;

import java.util.List;

/**
 * Traffic of one service at one gateway since it started. Counters only grow; {@code active} goes
 * up and down.
 *
 * @param tenant tenant of the service
 * @param service its name
 * @param active requests being served now
 * @param requests requests ended
 * @param failed requests that ended for a reason other than {@code complete}
 * @param retries attempts beyond the first
 * @param requestBytes bytes of request bodies received
 * @param responseBytes bytes of reply bodies sent
 * @param p50Micros median time from the first byte of a request to the last of its reply
 * @param p99Micros its 99th percentile; both within 13 %, 0 without requests
 * @param reasons how often each termination reason occurred, those that did, in their own order
 * @param endpoints per endpoint, by id
 */
public record ServiceTraffic(
        String tenant,
        String service,
        long active,
        long requests,
        long failed,
        long retries,
        long requestBytes,
        long responseBytes,
        long p50Micros,
        long p99Micros,
        List<ReasonCount> reasons,
        List<EndpointTraffic> endpoints) {

    /** Copies the lists. */
    public ServiceTraffic {
        reasons = List.copyOf(reasons);
        endpoints = List.copyOf(endpoints);
    }

    /** How often a termination reason occurred. */
    public record ReasonCount(String reason, long count) {}

    /**
     * Traffic of one endpoint.
     *
     * @param endpoint its id
     * @param active requests it is serving now
     * @param requests attempts that ended there
     * @param failed attempts that failed there
     * @param microsSum time of all its attempts together
     */
    public record EndpointTraffic(
            String endpoint, long active, long requests, long failed, long microsSum) {}
}
