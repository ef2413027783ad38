package io.evenkeel.gateway;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.ServiceMeter;
import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.gateway.proxy.RetryBudget;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.SessionPolicy;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.Retries;
import io.evenkeel.model.ServiceKey;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One service at this gateway: its queue and what surrounds it. Lives as long as the service, so
 * that what is outstanding, reported and ejected survives every image.
 *
 * <p>Picks and releases come from any loop. Everything about {@link #endpoints} is guarded by the
 * {@link ServiceTable} it belongs to.
 */
final class ServiceState implements UpstreamService {
    private final ServiceKey key;
    private final ServiceQueue queue;
    private final EventHistory events = new EventHistory();
    private final RetryBudget[] budgets;
    private final ServiceMeter[] meters;
    private final int loops;
    private final RateGate rate;
    private final Supplier<Tunnels> tunnels;

    /** By endpoint id; guarded by the table. */
    final TreeMap<String, EndpointState> endpoints = new TreeMap<>();

    /**
     * By endpoint id; entered before the node joins, since a newcomer gets the very next request.
     */
    final ConcurrentHashMap<String, EndpointAddress> addresses = new ConcurrentHashMap<>();

    private PolicySpec spec = PolicySpec.defaults();
    private volatile ServicePolicy policy;

    ServiceState(
            ServiceKey key,
            Locality here,
            List<LoopObserver> observers,
            Supplier<Tunnels> tunnels,
            long nowNanos) {
        this.key = key;
        this.tunnels = tunnels;
        policy = Policies.proxy(key, spec);
        loops = observers.size();
        rate = new RateGate(nowNanos);
        queue =
                new ServiceQueue(
                        key.name(),
                        Policies.balancing(spec),
                        Policies.outliers(spec.outlierDetection()),
                        here,
                        loops);
        budgets = new RetryBudget[loops];
        meters = new ServiceMeter[loops];
        for (int i = 0; i < loops; i++) {
            budgets[i] =
                    new RetryBudget(
                            spec.retries().budgetPercent(),
                            (double) spec.retries().minRetriesPerSecond() / loops,
                            nowNanos);
            meters[i] = observers.get(i).service(key.tenant(), key.name());
        }
    }

    ServiceKey key() {
        return key;
    }

    ServiceQueue queue() {
        return queue;
    }

    /** What happened in the queue up to the last tick. */
    EventHistory events() {
        return events;
    }

    /**
     * Tells the queue the time, and notes what happened in it; by one loop.
     *
     * @param nowMillis wall clock
     */
    void tick(long nowNanos, long nowMillis) {
        queue.tick(nowNanos);
        queue.events(event -> events.add(event, nowNanos, nowMillis));
    }

    /**
     * The node gets no new sessions; those bound to it are served for as long as its requests may
     * run.
     */
    void keepSessions(Node node, long nowNanos) {
        if (policy.sessions().by() == SessionPolicy.By.COOKIE) {
            queue.sessionsUntil(node, nowNanos + policy.drainNanos());
        }
    }

    PolicySpec spec() {
        return spec;
    }

    /** Another policy from now on; guarded by the table. */
    void policy(PolicySpec changed, long nowNanos) {
        if (changed.equals(spec)) {
            return;
        }
        spec = changed;
        policy = Policies.proxy(key, changed);
        queue.settings(Policies.balancing(changed), Policies.outliers(changed.outlierDetection()));
        limitRetries(changed.retries());
        rate.limit(changed.localRateLimit(), nowNanos);
    }

    private void limitRetries(Retries retries) {
        for (RetryBudget budget : budgets) {
            budget.limits(retries.budgetPercent(), (double) retries.minRetriesPerSecond() / loops);
        }
    }

    @Override
    public ServicePolicy policy() {
        return policy;
    }

    @Override
    public Pick acquire(PickContext context) {
        return queue.acquire(context);
    }

    @Override
    public void release(Node node, int index, Outcome outcome, long latencyNanos) {
        queue.release(index, outcome, latencyNanos);
    }

    @Override
    public @Nullable InetSocketAddress address(Node node) {
        EndpointAddress address = addresses.get(node.id());
        return address == null || address.epoch() != node.epoch() ? null : address.now();
    }

    @Override
    public ConnectionCount connections(Node node) {
        EndpointAddress address = addresses.get(node.id());
        return address == null || address.epoch() != node.epoch()
                ? new ConnectionCount(() -> policy.limits().connections())
                : address.connections();
    }

    @Override
    public long rateWaitNanos(long client, long nowNanos) {
        return rate.waitNanos(client, nowNanos);
    }

    @Override
    public long requests() {
        long sum = 0;
        for (ServiceMeter meter : meters) {
            sum += meter.active();
        }
        return sum;
    }

    @Override
    public long pending() {
        long sum = 0;
        for (ServiceMeter meter : meters) {
            sum += meter.pending();
        }
        return sum;
    }

    @Override
    public @Nullable Dialer tunnel(Node node, NetLoop loop) {
        EndpointAddress address = addresses.get(node.id());
        if (address == null || address.epoch() != node.epoch() || !address.tunnelled()) {
            return null;
        }
        EndpointKey endpoint = new EndpointKey(key.tenant(), node.id());
        return tunnels.get().dialer(endpoint, node.epoch(), loop);
    }

    @Override
    public RetryBudget retryBudget(int loop) {
        return budgets[loop];
    }

    @Override
    public ServiceMeter meter(int loop) {
        return meters[loop];
    }
}
