package io.evenkeel.gateway.http1;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * Where the requests of one client connection come from, in the spelling upstreams are told. Made
 * once per connection; immutable.
 */
public final class Provenance {
    private final boolean trusted;
    private final byte[] address;
    private final byte[] scheme;
    private final byte[] port;
    private final byte[] element;

    /**
     * @param client the peer's address
     * @param localPort the port it reached us on, 0 to 65535
     * @param secure whether it speaks TLS to us
     * @param trusted whether what it says about earlier hops is believed
     */
    public Provenance(InetAddress client, int localPort, boolean secure, boolean trusted) {
        this.trusted = trusted;
        String plain = plain(client);
        this.address = ascii(plain);
        this.scheme = ascii(secure ? "https" : "http");
        this.port = ascii(Integer.toString(localPort));
        // RFC 7239 section 6: an IPv6 address is bracketed, and quoted for its colons.
        String node = client instanceof Inet6Address ? "\"[" + plain + "]\"" : plain;
        this.element = ascii("for=" + node + ";proto=" + (secure ? "https" : "http"));
    }

    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns whether this source's X-Forwarded-*, Forwarded and X-Request-Id are believed. */
    public boolean trusted() {
        return trusted;
    }

    /** The client's address; for X-Forwarded-For and the access log. Not to be changed. */
    public byte[] address() {
        return address;
    }

    byte[] scheme() {
        return scheme;
    }

    byte[] port() {
        return port;
    }

    /** The Forwarded element, its host excepted. */
    byte[] element() {
        return element;
    }
}
