package io.evenkeel.gateway.proxy;

import java.time.Duration;

/**
 * What holds for the requests of a service. Times in nanoseconds; 0 = no limit unless said
 * otherwise.
 *
 * @param connectNanos for a connection to an endpoint; more than 0
 * @param requestNanos from the request's head to the reply's head, attempts included
 * @param perTryNanos from the beginning of an attempt to the reply's head
 * @param idleNanos longest silence of the endpoint while a body passes, and of both in a tunnel
 * @param keepAliveNanos how long an unused connection to an endpoint is kept
 * @param maxIdle unused connections kept per endpoint and loop
 * @param retryAttempts extra attempts of a request, 0 or more
 * @param drainNanos how long requests of an endpoint that drains or left may run; 0 = not at all
 * @param sessions how requests find their endpoint again
 * @param maxBodyBytes the largest body of a request; 0 = no limit
 * @param limits what the service may hold of this gateway at once
 */
public record ServicePolicy(
        long connectNanos,
        long requestNanos,
        long perTryNanos,
        long idleNanos,
        long keepAliveNanos,
        int maxIdle,
        int retryAttempts,
        long drainNanos,
        SessionPolicy sessions,
        long maxBodyBytes,
        CircuitLimits limits) {
    /** Connect 5 s, request 60 s, idle 60 s, keep-alive 60 s, 128 idle, two retries. */
    public static final ServicePolicy DEFAULT =
            new ServicePolicy(
                    Duration.ofSeconds(5).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    0,
                    Duration.ofSeconds(60).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    128,
                    2,
                    Duration.ofSeconds(30).toNanos(),
                    SessionPolicy.NONE,
                    0,
                    CircuitLimits.NONE);
}
