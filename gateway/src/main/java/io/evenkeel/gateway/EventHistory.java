package io.evenkeel.gateway;

import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.health.OutlierDetection;
import io.evenkeel.kernel.observe.ServiceEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened in one queue: the last events, and how many there were. Written by the loop that
 * tells the queue the time; read by any thread without a lock. Events are rare, so each makes a new
 * list.
 */
final class EventHistory {
    /** Events kept. */
    static final int CAPACITY = 64;

    /** Complete from the start, so that it is only read. */
    private final Map<OutlierDetection.Reason, LongAdder> ejections =
            new EnumMap<>(OutlierDetection.Reason.class);

    private volatile List<ServiceEvent> latestFirst = List.of();
    private volatile boolean panic;

    EventHistory() {
        for (OutlierDetection.Reason reason : OutlierDetection.Reason.values()) {
            ejections.put(reason, new LongAdder());
        }
    }

    /**
     * Takes one in.
     *
     * @param nowNanos the loops' clock now
     * @param nowMillis wall clock now
     */
    void add(QueueEvent event, long nowNanos, long nowMillis) {
        long agoMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - event.nowNanos());
        List<ServiceEvent> before = latestFirst;
        List<ServiceEvent> after = new ArrayList<>(CAPACITY);
        after.add(new ServiceEvent(nowMillis - agoMillis, event));
        after.addAll(before.subList(0, Math.min(before.size(), CAPACITY - 1)));
        latestFirst = List.copyOf(after);
        switch (event) {
            case QueueEvent.Ejected ejected -> of(ejected.reason()).increment();
            case QueueEvent.PanicBegan _ -> panic = true;
            case QueueEvent.PanicEnded _ -> panic = false;
            case QueueEvent.Returned _ -> {}
        }
    }

    List<ServiceEvent> latestFirst() {
        return latestFirst;
    }

    long ejections(OutlierDetection.Reason reason) {
        return of(reason).sum();
    }

    private LongAdder of(OutlierDetection.Reason reason) {
        return Objects.requireNonNull(ejections.get(reason));
    }

    boolean panic() {
        return panic;
    }
}
