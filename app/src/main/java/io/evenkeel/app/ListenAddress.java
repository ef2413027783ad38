package io.evenkeel.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An address to listen on, written {@code HOST:PORT}, {@code [V6]:PORT} or just {@code PORT} for
 * loopback.
 */
final class ListenAddress implements ITypeConverter<InetSocketAddress> {
    private static final String EXPECTED =
            " (expected: HOST:PORT or PORT, a port of 0 takes any free one)";

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65_535 || host.isEmpty()) {
                throw new TypeConversionException("'" + text + "'" + EXPECTED);
            }
            return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
        } catch (NumberFormatException noPort) {
            throw new TypeConversionException("'" + text + "'" + EXPECTED);
        } catch (UnknownHostException unknown) {
            throw new TypeConversionException(
                    "'" + text + "': no such host '" + host + "'" + EXPECTED);
        }
    }

    /** The text that {@link #convert} reads back. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
