package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.model.EndpointKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that stand at this gateway, over all its loops, and the way to them from any loop.
 * Thread-safe.
 */
public final class Tunnels {
    /**
     * End of the host name that stands for the address of a tunnelled endpoint; the rest is the
     * endpoint's id. Nothing can be resolved or connected to by it (RFC 6761, section 6.4).
     */
    public static final String SUFFIX = ".tunnel.invalid";

    private record Incarnation(EndpointKey endpoint, long epoch) {}

    private final ConcurrentHashMap<Incarnation, List<TunnelClient>> standing =
            new ConcurrentHashMap<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final LongAdder own = new LongAdder();
    private final LongAdder crossed = new LongAdder();

    /** Whether this is the host of a tunnelled endpoint. */
    public static boolean names(String host) {
        return host.endsWith(SUFFIX);
    }

    /** A tunnel stands; requests may come at once. */
    public void add(EndpointKey endpoint, long epoch, TunnelClient tunnel) {
        standing.merge(
                new Incarnation(endpoint, epoch),
                List.of(tunnel),
                (before, one) -> {
                    List<TunnelClient> all = new ArrayList<>(before);
                    all.addAll(one);
                    return List.copyOf(all);
                });
    }

    /** It no longer does. */
    public void remove(EndpointKey endpoint, long epoch, TunnelClient tunnel) {
        standing.computeIfPresent(
                new Incarnation(endpoint, epoch),
                (key, before) -> {
                    List<TunnelClient> left =
                            before.stream().filter(other -> !other.equals(tunnel)).toList();
                    return left.isEmpty() ? null : left;
                });
    }

    /**
     * The way from a loop to an endpoint: by a tunnel of the same loop if there is one, else by
     * another loop's. A connection is refused if there is none. On that loop's thread.
     */
    public Dialer dialer(EndpointKey endpoint, long epoch, NetLoop from) {
        return new Way(new Incarnation(endpoint, epoch), from);
    }

    private final class Way implements Dialer {
        private final Incarnation to;
        private final NetLoop from;

        Way(Incarnation to, NetLoop from) {
            this.to = to;
            this.from = from;
        }

        @Override
        public Connection dial(ConnectionHandler handler) {
            TunnelClient tunnel = choose(standing.get(to), from);
            NetLoop there = tunnel == null ? from : tunnel.loop();
            Bridge bridge = new Bridge(tunnel, there.equals(from) ? own : crossed);
            PipeEnd near = PipeEnd.pair(from, handler, there, bridge);
            bridge.begin(near.peer());
            if (tunnel == null) {
                near.peer().reset(NetFailure.REFUSED);
            }
            boolean ignored = near.wake();
            return near;
        }

        @Override
        public boolean keeps(Connection made) {
            return !(made instanceof PipeEnd pipe
                    && (pipe.isRetired() || (pipe.crosses() && hasOwn())));
        }

        private boolean hasOwn() {
            List<TunnelClient> all = standing.get(to);
            return all != null && all.stream().anyMatch(one -> one.loop().equals(from));
        }
    }

    private @Nullable TunnelClient choose(@Nullable List<TunnelClient> all, NetLoop from) {
        if (all == null) {
            return null;
        }
        for (TunnelClient tunnel : all) {
            if (tunnel.loop().equals(from)) {
                return tunnel;
            }
        }
        return all.get(Math.floorMod(turns.getAndIncrement(), all.size()));
    }

    /** What went by tunnels. */
    public MetricFamily metrics() {
        return new MetricFamily(
                "evenkeel_tunnel_requests",
                MetricFamily.Type.COUNTER,
                "Requests sent by a tunnel of their own loop, or by one of another loop.",
                "",
                List.of(sample("own", own.sum()), sample("crossed", crossed.sum())));
    }

    private static MetricFamily.Sample sample(String way, long count) {
        return new MetricFamily.Value(List.of(new MetricFamily.Label("way", way)), count);
    }
}
