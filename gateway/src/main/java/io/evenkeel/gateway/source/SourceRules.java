package io.evenkeel.gateway.source;

/**
 * How a gateway finds out who its client is.
 *
 * @param trusted whose forwarding headers, PROXY protocol headers, X-Request-Id and
 *     Evenkeel-Service are believed
 * @param proxyProtocol what the listener does about PROXY protocol headers
 * @param header the one header that is read for earlier hops; the other is written anew from it
 * @param hops addresses of that header that are followed at most, 1 to 32; the last of them is the
 *     client
 */
public record SourceRules(
        TrustedSources trusted, ProxyProtocol proxyProtocol, ForwardingHeader header, int hops) {
    /** The header by which trusted sources tell of earlier hops. */
    public enum ForwardingHeader {
        /** X-Forwarded-For, which most balancers append to. */
        X_FORWARDED_FOR,
        /** Forwarded (RFC 7239). */
        FORWARDED
    }

    /** Most addresses that can be followed. */
    public static final int MOST_HOPS = 32;

    /** Nobody trusted, no PROXY protocol, up to four hops of X-Forwarded-For. */
    public static final SourceRules DEFAULT =
            new SourceRules(
                    TrustedSources.NOBODY, ProxyProtocol.OFF, ForwardingHeader.X_FORWARDED_FOR, 4);

    public SourceRules {
        if (hops < 1 || hops > MOST_HOPS) {
            throw new IllegalArgumentException(
                    "hops: " + hops + " (expected: 1 to " + MOST_HOPS + ")");
        }
    }

    /** The same, trusting these sources. */
    public SourceRules withTrusted(TrustedSources value) {
        return new SourceRules(value, proxyProtocol, header, hops);
    }

    /** The same with this use of PROXY protocol headers. */
    public SourceRules withProxyProtocol(ProxyProtocol value) {
        return new SourceRules(trusted, value, header, hops);
    }

    /** The same, reading this header that many hops far. */
    public SourceRules withHeader(ForwardingHeader value, int most) {
        return new SourceRules(trusted, proxyProtocol, value, most);
    }
}
