package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.ServiceMeter;
import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A service as the loops use it: its queue, where its endpoints are, and its policy. Thread-safe;
 * one object per service for as long as the service lives, whatever changes in it.
 */
public interface UpstreamService {
    /** What holds for requests that begin now. */
    ServicePolicy policy();

    /** The endpoint for the next request; a {@link Node} is to be released exactly once. */
    Pick acquire(PickContext context);

    /**
     * The request at this endpoint is over.
     *
     * @param index of the node, as the context had it at the pick: with very many endpoints a look
     *     at the node itself costs a cache miss
     * @param latencyNanos from the attempt's beginning to the reply's first byte; 0 if none came
     */
    void release(Node node, int index, Outcome outcome, long latencyNanos);

    /** Where the endpoint serves; null if it is unknown or does not resolve. */
    @Nullable InetSocketAddress address(Node node);

    /** Connections of all loops to the endpoint. */
    ConnectionCount connections(Node node);

    /**
     * A request wants to pass the policy's rate limit.
     *
     * @param client hash of the client's address
     * @return 0 if it may, else after how many nanoseconds one may
     */
    long rateWaitNanos(long client, long nowNanos);

    /** Requests under way, on all loops. */
    long requests();

    /** Of these, requests that wait for a connection to an endpoint. */
    long pending();

    /** How a loop reaches an endpoint that is behind a tunnel; null: by its {@link #address}. */
    @Nullable Dialer tunnel(Node node, NetLoop loop);

    /** What may be retried on this loop; used by that loop only. */
    RetryBudget retryBudget(int loop);

    /** Counters of this loop; used by that loop only. */
    ServiceMeter meter(int loop);
}
