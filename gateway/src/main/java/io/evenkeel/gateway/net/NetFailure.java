package io.evenkeel.gateway.net;

/** Why a connection failed. */
public enum NetFailure {
    /** Nobody listens at the address. */
    REFUSED,
    /** The peer broke the connection. */
    RESET,
    /** No route to the host or the network. */
    UNREACHABLE,
    /** The network gave up waiting for the peer. */
    TIMED_OUT,
    /**
     * This process is out of descriptors, ports or memory for sockets: our fault, not the peer's.
     */
    EXHAUSTED,
    /** The tunnel that it leads through was given up before anything of it was sent. */
    GONE,
    /** Anything else. */
    OTHER
}
