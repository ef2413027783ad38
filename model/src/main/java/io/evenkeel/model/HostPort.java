package io.evenkeel.model;

import io.evenkeel.model.bind.WholeNumbers;
import io.evenkeel.model.bind.Written;

/**
 * Where something listens.
 *
 * @param host a name, an IPv4 address or an IPv6 address (without brackets)
 * @param port 0 to 65535; 0 means "any free one" where a listener is meant
 */
@Written("host:port, such as 10.0.0.7:8080, app.example:80 or [::1]:8080")
public record HostPort(String host, int port) {

    /** Checks the shape; names are not resolved. */
    public HostPort {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port out of range");
        }
        if (!Names.isHostOrAddress(host)) {
            throw new IllegalArgumentException("not a host name or address");
        }
    }

    /** Takes {@code host:port} and {@code [v6]:port}. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("no port");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (bracketed != (host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("an IPv6 address goes in brackets");
        }
        return new HostPort(host, WholeNumbers.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
