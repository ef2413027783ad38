package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.observe.EndpointMeter;
import io.evenkeel.gateway.pool.EndpointPool;

/**
 * What a loop hangs on a node: its connections there and its counters.
 *
 * @param pool connections of this loop to the endpoint
 * @param meter counters of this loop for the endpoint
 */
record LoopEndpoint(EndpointPool pool, EndpointMeter meter) {}
