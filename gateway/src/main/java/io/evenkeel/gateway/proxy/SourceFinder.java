package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ForwardingChain;
import io.evenkeel.gateway.http1.Provenance;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.observe.RequestTrace;
import io.evenkeel.gateway.source.AddressTexts;
import io.evenkeel.gateway.source.NumericAddress;
import io.evenkeel.gateway.source.ProxyHeader;
import io.evenkeel.gateway.source.ProxyProtocol;
import io.evenkeel.gateway.source.SourceRules;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Finds out who asks: by the connection, its PROXY header, and what trusted sources say in a
 * request's head. One per loop.
 */
final class SourceFinder {
    private final SourceRules rules;
    private final NumericAddress numeric = new NumericAddress();
    private final ForwardingChain chain;
    private final AddressTexts texts = new AddressTexts();

    SourceFinder(SourceRules rules) {
        this.rules = rules;
        chain = new ForwardingChain(rules);
    }

    ProxyProtocol proxyProtocol() {
        return rules.proxyProtocol();
    }

    /** The peer itself. */
    ClientSource peer(Connection connection) {
        return source(connection.remote().getAddress(), connection.local().getPort(), false);
    }

    /** Whom a header names that is believed. */
    ClientSource proxied(ProxyHeader.Proxied header) {
        return source(header.client(), header.port(), header.secure());
    }

    private ClientSource source(InetAddress address, int port, boolean secure) {
        numeric.set(address);
        boolean trusted = rules.trusted().trusts(numeric.high(), numeric.low());
        return new ClientSource(
                new Provenance(address, port, secure, trusted),
                trusted || address.isLoopbackAddress(),
                NumericAddress.hash(numeric.high(), numeric.low()));
    }

    /**
     * The client of the request with this head, by its hash; notes its address in the trace. From
     * here on {@link #chain} is that of this head.
     */
    long client(RequestHead head, ByteBuffer in, ClientSource source, RequestTrace trace) {
        if (!chain.follow(head, in, source.trusted())) {
            return source.hash();
        }
        NumericAddress client = chain.client();
        trace.client(texts.of(client));
        return NumericAddress.hash(client.high(), client.low());
    }

    /** Through whom the request came whose head was looked at last. */
    ForwardingChain chain() {
        return chain;
    }
}
