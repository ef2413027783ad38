package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.model.EndpointKey;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
                    List<TunnelClient> all = new java.util.ArrayList<>(before);
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
     * A connection to an endpoint: by a tunnel of the same loop if there is one, else by another
     * loop's. Refused if there is none.
     */
    public Connection dial(
            EndpointKey endpoint, long epoch, NetLoop from, ConnectionHandler handler) {
        TunnelClient tunnel = choose(standing.get(new Incarnation(endpoint, epoch)), from);
        NetLoop to = tunnel == null ? from : tunnel.loop();
        Bridge bridge = new Bridge(tunnel);
        PipeEnd near = PipeEnd.pair(from, handler, to, bridge);
        bridge.begin(near.peer());
        if (tunnel == null) {
            near.peer().reset(NetFailure.REFUSED);
        }
        boolean ignored = near.wake();
        return near;
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
}
