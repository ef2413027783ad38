package io.evenkeel.gateway.link;

/** Where a link is, as the gateway sees it. */
enum LinkState {
    /** The handshake's head or body is incomplete. */
    HANDSHAKE,
    /** The registration is valid; the store has not answered yet. */
    ADMITTING,
    /** Admitted; lines go both ways. */
    LINKED,
    /** The link is over, but for requests that run on its tunnel. */
    FINISHING,
    /** The last bytes are on their way; what comes in is thrown away. */
    CLOSING,
    /** Nothing more comes or goes. */
    CLOSED
}
