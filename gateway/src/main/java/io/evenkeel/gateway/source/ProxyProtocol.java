package io.evenkeel.gateway.source;

/** What a listener does about PROXY protocol headers. */
public enum ProxyProtocol {
    /** None is taken: a connection that begins with one is refused. */
    OFF,
    /** Taken from trusted sources if it comes; from anybody else it is refused. */
    ACCEPT,
    /**
     * Every connection has to begin with one from a trusted source: nobody comes past the balancer
     * in front.
     */
    REQUIRE
}
