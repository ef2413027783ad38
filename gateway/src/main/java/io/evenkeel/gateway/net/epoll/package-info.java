/**
 * The network port over Linux's epoll, called by the foreign function API: the core transport. All
 * native calls of the gateway are in this package; {@link io.evenkeel.gateway.net.epoll.Sockets} is
 * the one class that makes them.
 */
@NullMarked
package io.evenkeel.gateway.net.epoll;

import org.jspecify.annotations.NullMarked;
