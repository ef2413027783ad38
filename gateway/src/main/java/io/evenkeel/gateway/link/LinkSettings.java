package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkProtocol;

/**
 * Bounds and times of a gateway's link side. Times are milliseconds.
 *
 * @param gateway name of this gateway, told to backends
 * @param heartbeatMillis how often each side lets itself be heard, 10 to 60,000
 * @param missedMillis silence after which a backend is lost, more than {@code heartbeatMillis}, at
 *     most 600,000
 * @param handshakeMillis for the whole registration to arrive and to be admitted, at least 100
 * @param drainPollMillis how often a drain looks whether requests are still running, at least 1
 * @param lingerMillis how long a refused backend may take to read its answer, at least 1
 * @param finishMillis how long requests on a tunnel may go on when the gateway ends it, at least 1
 * @param mostLinks links and further tunnels at a time, over all loops
 * @param mostHandshakes connections at a time that have not been admitted yet, over all loops
 * @param registrationBytes longest registration, 256 to 65,536
 */
public record LinkSettings(
        String gateway,
        int heartbeatMillis,
        int missedMillis,
        int handshakeMillis,
        int drainPollMillis,
        int lingerMillis,
        int finishMillis,
        int mostLinks,
        int mostHandshakes,
        int registrationBytes) {

    public LinkSettings {
        within("heartbeatMillis", heartbeatMillis, 10, 60_000);
        within("missedMillis", missedMillis, heartbeatMillis + 1, 600_000);
        within("handshakeMillis", handshakeMillis, 100, 600_000);
        within("drainPollMillis", drainPollMillis, 1, 60_000);
        within("lingerMillis", lingerMillis, 1, 60_000);
        within("finishMillis", finishMillis, 1, 86_400_000);
        within("mostLinks", mostLinks, 1, 10_000_000);
        within("mostHandshakes", mostHandshakes, 1, 1_000_000);
        within("registrationBytes", registrationBytes, 256, LinkProtocol.LINE_BYTES);
    }

    /**
     * What a gateway uses unless told otherwise: heartbeat 1 s, missed after 2.5 s, handshake
     * within 5 s (so slow a peer is either hostile or useless), 100,000 links, 2,048 handshakes
     * (more only wait for the store), 30 s for what runs on a tunnel that ends.
     */
    public static LinkSettings defaults(String gateway) {
        return new LinkSettings(
                gateway,
                LinkProtocol.HEARTBEAT_MILLIS,
                LinkProtocol.MISSED_MILLIS,
                5_000,
                5,
                1_000,
                30_000,
                100_000,
                2_048,
                LinkProtocol.LINE_BYTES);
    }

    /** The same with other heartbeat times. */
    public LinkSettings withHeartbeat(int beatMillis, int lostMillis) {
        return new LinkSettings(
                gateway,
                beatMillis,
                lostMillis,
                handshakeMillis,
                drainPollMillis,
                lingerMillis,
                finishMillis,
                mostLinks,
                mostHandshakes,
                registrationBytes);
    }

    /** The same with other bounds on connections. */
    public LinkSettings withBounds(int links, int handshakes) {
        return new LinkSettings(
                gateway,
                heartbeatMillis,
                missedMillis,
                handshakeMillis,
                drainPollMillis,
                lingerMillis,
                finishMillis,
                links,
                handshakes,
                registrationBytes);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
