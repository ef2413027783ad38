package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.source.ProxyHeader;
import io.evenkeel.gateway.source.ProxyProtocol;
import java.nio.ByteBuffer;

/**
 * The beginning of a connection on which a PROXY header is taken: reads it, then hands the
 * connection to its {@link ClientConnection} and is forgotten. A header is taken from trusted
 * sources alone; where one is required, a connection without it has said nothing that counts.
 */
final class Preface implements ConnectionHandler {
    private final ProxyLoop loop;
    private final ClientConnection client;
    private final boolean required;
    private final Timer timer = new Timer(this::onTimer);
    private boolean begun;
    private boolean over;

    Preface(ProxyLoop loop, ClientConnection client) {
        this.loop = loop;
        this.client = client;
        required = loop.sources().proxyProtocol() == ProxyProtocol.REQUIRE;
        // A balancer sends the header as soon as it is connected.
        within(required ? loop.settings().headNanos() : loop.settings().keepAliveNanos());
    }

    /** Whether a connection from this source begins with one of these. */
    static boolean expected(ProxyProtocol use, ClientSource source) {
        return switch (use) {
            case OFF -> false;
            case ACCEPT -> source.trusted();
            case REQUIRE -> true;
        };
    }

    private void within(long nanos) {
        loop.net().schedule(timer, loop.net().nanos() + nanos);
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        client.in().edge();
        while (!over && read()) {
            // Until the header is whole or nothing more has come.
        }
    }

    @Override
    public void onWritable() {}

    @Override
    public void onFailed() {
        silent();
    }

    /** Returns whether there may be more to read. */
    private boolean read() {
        int n = client.in().headBytes();
        if (n <= 0) {
            if (n == ClientInput.NO_MEMORY) {
                refuse(TerminationReason.GATEWAY_OVERLOADED, "");
            } else if (n != Connection.AGAIN) {
                silent();
            }
            return false;
        }
        ByteBuffer bytes = client.in().bytes();
        switch (ProxyHeader.parse(bytes, bytes.position(), bytes.limit())) {
            case ProxyHeader.Incomplete _ -> more(bytes);
            case ProxyHeader.Absent _ -> {
                if (required) {
                    refuse(TerminationReason.CLIENT_PROXY_HEADER_MISSING, "");
                } else {
                    done(client.source(), bytes, 0);
                }
            }
            case ProxyHeader.Malformed(String reason) ->
                    refuse(TerminationReason.CLIENT_PROXY_HEADER_MALFORMED, reason);
            case ProxyHeader.Local(int length) -> done(client.source(), bytes, length);
            case ProxyHeader.Proxied proxied ->
                    done(loop.sources().proxied(proxied), bytes, proxied.length());
        }
        return true;
    }

    private void more(ByteBuffer bytes) {
        if (!begun) {
            begun = true;
            within(loop.settings().headNanos());
        }
        if (!client.in().keepForMore(bytes)) {
            refuse(TerminationReason.GATEWAY_OVERLOADED, "");
        }
    }

    private void done(ClientSource source, ByteBuffer bytes, int headerLength) {
        if (headerLength > 0 && !client.source().trusted()) {
            refuse(TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED, "");
            return;
        }
        bytes.position(bytes.position() + headerLength);
        if (!client.in().keep(bytes)) {
            refuse(TerminationReason.GATEWAY_OVERLOADED, "");
            return;
        }
        end();
        client.begin(source);
    }

    private void refuse(TerminationReason reason, String detail) {
        end();
        client.refusePreface(reason, detail);
    }

    /** The peer sends nothing more. One that has said nothing at all was looking for the port. */
    private void silent() {
        end();
        if (begun) {
            client.refusePreface(TerminationReason.CLIENT_PROXY_HEADER_ABORTED, "");
        } else {
            client.closeIfIdle();
        }
    }

    private void onTimer(long nowNanos) {
        end();
        if (begun) {
            client.refusePreface(TerminationReason.CLIENT_PROXY_HEADER_TIMEOUT, "");
        } else {
            client.closeIfIdle();
        }
    }

    /** The gateway stops, or somebody else closes the connection. */
    void end() {
        over = true;
        loop.net().cancel(timer);
    }
}
