package io.evenkeel.simulation.stage;

import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.ObservedGateway;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.simulation.time.EventQueue;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A gateway's own view of itself, on the virtual clock: one loop, one service. */
public final class SimView extends ObservedGateway {
    private final Supplier<Optional<QueueSnapshot>> queue;

    /**
     * A view of one loop.
     *
     * @param queue the service's queue as it stands
     */
    public SimView(
            RequestIds ids,
            LoopObserver observer,
            EventQueue clock,
            Supplier<Optional<QueueSnapshot>> queue) {
        super(ids, List.of(observer), clock::nowNanos);
        this.queue = queue;
    }

    @Override
    public Optional<QueueSnapshot> queue(String tenant, String service) {
        return queue.get();
    }

    /** None: a stage asserts on its queue itself. */
    @Override
    public List<ServiceEvent> events(String tenant, String service) {
        return List.of();
    }

    @Override
    protected List<MetricFamily> moreMetrics() {
        return List.of();
    }
}
