package io.evenkeel.gateway.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All that one loop notes about its requests. Called on the loop's thread only, except where said;
 * allocates nothing per request.
 */
public final class LoopObserver {
    private final int loop;
    private final long wallOffsetNanos;
    private final RequestRecords records;
    private final AccessLog.Channel log;
    private final CounterCells reasons = new CounterCells(TerminationReason.count());
    private final Map<String, Map<String, ServiceMeter>> services = new ConcurrentHashMap<>();

    /**
     * @param loop the loop's number, 0 to 255
     * @param ids the gateway's ids
     * @param wallOffsetNanos what to add to the loop's nanoseconds to have those since 1970
     * @param log where this loop's lines go
     */
    public LoopObserver(int loop, RequestIds ids, long wallOffsetNanos, AccessLog.Channel log) {
        if (loop < 0 || loop >= RequestIds.MOST_LOOPS) {
            throw new IllegalArgumentException(
                    "loop: " + loop + " (expected: 0 to " + (RequestIds.MOST_LOOPS - 1) + ")");
        }
        this.loop = loop;
        this.wallOffsetNanos = wallOffsetNanos;
        this.records = new RequestRecords(loop, ids);
        this.log = log;
    }

    /** Returns the meter of a service, new on first use. Not for every request: keep it. */
    public ServiceMeter service(String tenant, String name) {
        return services.computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(name, n -> new ServiceMeter(tenant, n));
    }

    /** Starts a request with its first byte and gives it its id. */
    public void begin(RequestTrace trace, long nowNanos) {
        records.begin(trace, nowNanos);
    }

    /**
     * Ends a request: counts it, logs it, keeps it. Once for each begun.
     *
     * @param status status sent to the client, 0 if none was
     */
    public void end(RequestTrace trace, TerminationReason reason, int status, long nowNanos) {
        trace.end(reason, status, nowNanos);
        reasons.add(reason.index(), 1);
        ServiceMeter service = trace.service;
        if (service != null) {
            service.requestEnded(trace);
        }
        long started = trace.startNanos + wallOffsetNanos;
        records.write(trace, started);
        log.write(trace, started);
    }

    /** Returns the loop's number. */
    public int loop() {
        return loop;
    }

    RequestRecords records() {
        return records;
    }

    long ended(TerminationReason reason) {
        return reasons.sum(reason.index());
    }

    Map<String, Map<String, ServiceMeter>> services() {
        return services;
    }

    long droppedLines() {
        return log.dropped();
    }

    /** The wall clock at a time of the loop's, milliseconds since 1970 UTC. */
    public long wallMillis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos + wallOffsetNanos);
    }
}
