package io.evenkeel.gateway;

import io.evenkeel.gateway.check.HealthChecker;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.proxy.ProxyLoop;

/**
 * What a gateway has once per core.
 *
 * @param net the event loop
 * @param proxy the proxy on it
 * @param checker the active checks that are made from it
 * @param observer what it notes
 */
record GatewayLoop(NetLoop net, ProxyLoop proxy, HealthChecker checker, LoopObserver observer) {}
