package io.evenkeel.gateway.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counters and latencies of one service on one loop, written by that loop, read by any thread. Kept
 * by the proxy beside its own state of the service, so that no request looks it up.
 */
public final class ServiceMeter {
    private static final int ACTIVE = 0;
    private static final int ENDED = 1;
    private static final int RETRIES = 2;
    private static final int REQUEST_BYTES = 3;
    private static final int RESPONSE_BYTES = 4;
    private static final int PENDING = 5;
    private static final int STATUS_CLASSES = 6; // one for each hundred, 0 being "none sent"
    private static final int MIRRORED = STATUS_CLASSES + 6;
    private static final int REASONS = MIRRORED + MirrorOutcome.count();

    /** What stands in a log for the name of nothing. */
    static final byte[] NO_NAME = {};

    private final String tenant;
    private final String service;
    private final byte[] loggedTenant;
    private final byte[] loggedService;
    private final CounterCells cells = new CounterCells(REASONS + TerminationReason.count());
    private final LatencyHistogram latency = new LatencyHistogram();

    // Changes only when endpoints come and go; the loop writes, others iterate.
    private final Map<String, EndpointMeter> endpoints = new ConcurrentHashMap<>();

    ServiceMeter(String tenant, String service) {
        this.tenant = tenant;
        this.service = service;
        loggedTenant = AccessLogLine.escaped(tenant);
        loggedService = AccessLogLine.escaped(service);
    }

    /** Returns the service's tenant. */
    public String tenant() {
        return tenant;
    }

    /** Returns the service's name. */
    public String service() {
        return service;
    }

    /** Returns the tenant as the access log spells it; not to be changed. */
    byte[] loggedTenant() {
        return loggedTenant;
    }

    /** Returns the name as the access log spells it; not to be changed. */
    byte[] loggedService() {
        return loggedService;
    }

    /** Returns the meter of an endpoint, new on first use. Not for every request: keep it. */
    public EndpointMeter endpoint(String id) {
        return endpoints.computeIfAbsent(id, EndpointMeter::new);
    }

    /** Forgets an endpoint that is gone; its counters vanish from the metrics. */
    public void forget(String id) {
        endpoints.remove(id);
    }

    void requestBegan() {
        cells.add(ACTIVE, 1);
    }

    void requestEnded(RequestTrace trace) {
        cells.add(ACTIVE, -1);
        cells.add(ENDED, 1);
        if (trace.attempts > 1) {
            cells.add(RETRIES, trace.attempts - 1);
        }
        cells.add(REQUEST_BYTES, trace.requestBytes);
        cells.add(RESPONSE_BYTES, trace.responseBytes);
        cells.add(STATUS_CLASSES + Math.clamp(trace.status / 100, 0, 5), 1);
        cells.add(REASONS + trace.reason.index(), 1);
        latency.record(trace.endMicros);
    }

    /** A request of this loop begins to wait for a connection to an endpoint. */
    public void pendingBegan() {
        cells.add(PENDING, 1);
    }

    /** It no longer does. */
    public void pendingEnded() {
        cells.add(PENDING, -1);
    }

    /** A copy of another service's request is over, or was not made; it is no request here. */
    public void mirrored(MirrorOutcome outcome) {
        cells.add(MIRRORED + outcome.index(), 1);
    }

    /** Returns how many requests of this loop wait for a connection; any thread. */
    public long pending() {
        return cells.sum(PENDING);
    }

    /** Returns how many requests of this loop are under way; any thread. */
    public long active() {
        return cells.sum(ACTIVE);
    }

    long ended() {
        return cells.sum(ENDED);
    }

    long retries() {
        return cells.sum(RETRIES);
    }

    long requestBytes() {
        return cells.sum(REQUEST_BYTES);
    }

    long responseBytes() {
        return cells.sum(RESPONSE_BYTES);
    }

    /** Returns how many replies had a status from {@code hundreds * 100} on; 0 for none sent. */
    long statusClass(int hundreds) {
        return cells.sum(STATUS_CLASSES + hundreds);
    }

    long mirrors(MirrorOutcome outcome) {
        return cells.sum(MIRRORED + outcome.index());
    }

    long reason(TerminationReason reason) {
        return cells.sum(REASONS + reason.index());
    }

    LatencyHistogram latency() {
        return latency;
    }

    Map<String, EndpointMeter> endpoints() {
        return endpoints;
    }
}
