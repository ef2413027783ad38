package io.evenkeel.gateway.net;

/**
 * For transports: a connection on its way from another loop, as a task of the one it goes to. Run,
 * or turned away if that loop ends before; on that loop's thread either way.
 */
public interface Arrival extends Runnable {
    /** Closes what nobody will own. */
    void turnedAway();
}
