package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.ServiceMeter;
import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.gateway.proxy.Destination;
import io.evenkeel.gateway.proxy.Directory;
import io.evenkeel.gateway.proxy.RetryBudget;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.routing.RequestView;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a gateway's proxy and its services: counts what is acquired and released, and has
 * every pick judged.
 */
final class PickLedger {
    /** Judges what the proxy is given. */
    interface Judge {
        /** This node was picked; the queue stood like that before. */
        void picked(Node node, PickContext context, QueueSnapshot before);

        /** Nobody was picked. */
        void refused(Pick pick, QueueSnapshot before);
    }

    private final Joints joints;
    private final Supplier<Optional<QueueSnapshot>> queue;
    private final Judge judge;

    /** By the gateway's object; looked up only. */
    private final Map<UpstreamService, Watched> services = new HashMap<>();

    private final Map<String, Integer> outstanding = new TreeMap<>();

    private long moves;

    PickLedger(Joints joints, Supplier<Optional<QueueSnapshot>> queue, Judge judge) {
        this.joints = joints;
        this.queue = queue;
        this.judge = judge;
    }

    /** What the proxy sees instead of a directory. */
    Directory view(Directory directory) {
        return (RequestView request, boolean namesService) -> {
            Destination found = directory.find(request, namesService);
            return found == null
                    ? null
                    : found.with(
                            services.computeIfAbsent(
                                    found.service(), f -> new Watched(joints.service(f))));
        };
    }

    /** Requests acquired and not released, by {@code endpoint@epoch}; zeros are left out. */
    Map<String, Integer> outstanding() {
        return outstanding;
    }

    /** Grows with whatever is acquired or released. */
    long moves() {
        return moves;
    }

    private void count(Node node, int change) {
        moves++;
        outstanding.merge(node.toString(), change, (a, b) -> a + b == 0 ? null : a + b);
    }

    private final class Watched implements UpstreamService {
        private final UpstreamService service;

        Watched(UpstreamService service) {
            this.service = service;
        }

        @Override
        public ServicePolicy policy() {
            return service.policy();
        }

        @Override
        public Pick acquire(PickContext context) {
            Optional<QueueSnapshot> before = queue.get();
            Pick pick = service.acquire(context);
            if (pick instanceof Node node) {
                count(node, 1);
                before.ifPresent(seen -> judge.picked(node, context, seen));
            } else {
                before.ifPresent(seen -> judge.refused(pick, seen));
            }
            return pick;
        }

        @Override
        public void release(Node node, int index, Outcome outcome, long latencyNanos) {
            count(node, -1);
            service.release(node, index, outcome, latencyNanos);
        }

        @Override
        public @Nullable InetSocketAddress address(Node node) {
            return service.address(node);
        }

        @Override
        public ConnectionCount connections(Node node) {
            return service.connections(node);
        }

        @Override
        public @Nullable Dialer tunnel(Node node, NetLoop loop) {
            return service.tunnel(node, loop);
        }

        @Override
        public long rateWaitNanos(long client, long nowNanos) {
            return service.rateWaitNanos(client, nowNanos);
        }

        @Override
        public long requests() {
            return service.requests();
        }

        @Override
        public long pending() {
            return service.pending();
        }

        @Override
        public RetryBudget retryBudget(int loop) {
            return service.retryBudget(loop);
        }

        @Override
        public ServiceMeter meter(int loop) {
            return service.meter(loop);
        }
    }
}
