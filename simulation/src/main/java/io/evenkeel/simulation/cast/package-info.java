/**
 * Who plays with the gateway: backends that serve, clients that ask. They speak HTTP/1.1 over the
 * simulated network through a reader of their own, so that a fault of the gateway's codec can't
 * hide in a codec that both sides share.
 */
@NullMarked
package io.evenkeel.simulation.cast;

import org.jspecify.annotations.NullMarked;
