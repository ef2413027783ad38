package io.evenkeel.gateway.proxy;

/** What a {@link ClientConnection} is at. */
enum ClientState {
    /** Between requests, or before the first. */
    IDLE,
    /** Part of a head has come. */
    HEAD,
    /** A request is under way, or an upgraded connection. */
    EXCHANGE,
    /** The last reply is sent and our direction ended; reads on until the client ends its own. */
    LINGER,
    /** Over. */
    CLOSED
}
