package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.NetLoop;
import java.nio.ByteBuffer;

/** A loop that carries links. */
final class LinkLoop {
    private static final int BUFFER_BYTES = 16 * 1024;

    final NetLoop net;

    /**
     * For one read or write of any link of this loop: sessions keep what is left of a line
     * themselves.
     */
    final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Tunnels on it, those on their way included; guarded by {@link TunnelPlaces}. */
    int tunnels;

    LinkLoop(NetLoop net) {
        this.net = net;
    }
}
