package io.evenkeel.gateway.proxy;

/**
 * What a service may hold of this gateway at once, all loops together; 0 = no limit. Requests and
 * pending ones are counted without a lock: loops that admit at the same instant may overshoot by
 * one each. Connections are exact.
 *
 * @param connections connections to one endpoint, unused ones included
 * @param pending requests that wait for a connection to an endpoint
 * @param requests requests under way
 */
public record CircuitLimits(int connections, int pending, int requests) {
    /** No limits. */
    public static final CircuitLimits NONE = new CircuitLimits(0, 0, 0);
}
