package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.balancing.Locality;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * What one gateway is told at its start.
 *
 * @param name its id, unique among gateways
 * @param http where clients connect; port 0 takes any free one
 * @param loops event loops, 1 to 256; as many as there are cores is right
 * @param transport how they reach the network
 * @param proxy what holds for every client
 * @param sources how it finds out who its clients are
 * @param sessionKey what session cookies are signed with; common to all gateways of a cluster
 * @param locality where it runs
 * @param grace how long endpoints known from the store may be picked after the start while they
 *     have not dialled again
 */
public record GatewaySettings(
        String name,
        InetSocketAddress http,
        int loops,
        Transport transport,
        ProxySettings proxy,
        SourceRules sources,
        SessionKey sessionKey,
        Locality locality,
        Duration grace) {
    /** How long endpoints have to dial again unless said otherwise. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    public GatewaySettings {
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: 1 to 256)");
        }
    }

    /** A loop per core, nobody trusted, everything else by default. */
    public static GatewaySettings of(String name, InetSocketAddress http) {
        return new GatewaySettings(
                name,
                http,
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 256),
                Transport.AUTO,
                ProxySettings.DEFAULT,
                SourceRules.DEFAULT,
                randomKey(),
                Locality.UNKNOWN,
                DEFAULT_GRACE);
    }

    /** The same with so many loops. */
    public GatewaySettings withLoops(int count) {
        return new GatewaySettings(
                name, http, count, transport, proxy, sources, sessionKey, locality, grace);
    }

    /** The same, reaching the network so. */
    public GatewaySettings withTransport(Transport value) {
        return new GatewaySettings(
                name, http, loops, value, proxy, sources, sessionKey, locality, grace);
    }

    /** The same with these settings of the proxy. */
    public GatewaySettings withProxy(ProxySettings value) {
        return new GatewaySettings(
                name, http, loops, transport, value, sources, sessionKey, locality, grace);
    }

    /** The same, trusting these sources. */
    public GatewaySettings withTrustedSources(AddressRanges value) {
        return withSources(sources.withTrusted(value));
    }

    /** The same with these rules of who a client is. */
    public GatewaySettings withSources(SourceRules value) {
        return new GatewaySettings(
                name, http, loops, transport, proxy, value, sessionKey, locality, grace);
    }

    /** The same with another time for endpoints to dial again. */
    public GatewaySettings withGrace(Duration value) {
        return new GatewaySettings(
                name, http, loops, transport, proxy, sources, sessionKey, locality, value);
    }

    /** The same, signing session cookies with this key. */
    public GatewaySettings withSessionKey(SessionKey value) {
        return new GatewaySettings(
                name, http, loops, transport, proxy, sources, value, locality, grace);
    }

    /** For a gateway that nobody gave a key: its sessions end with it. */
    private static SessionKey randomKey() {
        byte[] key = new byte[SessionKey.BYTES];
        new SecureRandom().nextBytes(key);
        return new SessionKey(key);
    }
}
