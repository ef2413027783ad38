/**
 * Failover of hosts, wired: the leader's duty that drives {@code kernel.failover} on what the store
 * says, and carries out what it wants at hosts' libvirts and at storage.
 */
@NullMarked
package io.evenkeel.control.failover;

import org.jspecify.annotations.NullMarked;
