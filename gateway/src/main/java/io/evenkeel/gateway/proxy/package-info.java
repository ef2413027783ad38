/**
 * The proxy's core: requests in, forwarded to the endpoint that a service's queue gives, replies
 * back. It sees the world through the net port only and has no thread, clock, socket or randomness
 * of its own; the simulator runs it as it is. Life of a request: docs/internals/proxy.md.
 */
@NullMarked
package io.evenkeel.gateway.proxy;

import org.jspecify.annotations.NullMarked;
