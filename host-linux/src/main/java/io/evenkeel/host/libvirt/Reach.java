package io.evenkeel.host.libvirt;

import io.evenkeel.kernel.machine.Reply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Whether anything listens where a libvirt should, before libvirt's library tries: that would wait
 * for minutes, and only the end of its process would end that. Stateless; any thread.
 */
final class Reach {
    private Reach() {}

    /** Where a URI leads; empty: to this machine, or where only the library knows. */
    static Optional<InetSocketAddress> of(String uri) {
        URI parsed = URI.create(uri);
        if (parsed.getHost() == null || parsed.getScheme() == null) {
            return Optional.empty();
        }
        int plus = parsed.getScheme().indexOf('+');
        String transport = plus < 0 ? "tls" : parsed.getScheme().substring(plus + 1);
        int usual =
                switch (transport) {
                    case "tcp" -> 16509;
                    case "tls" -> 16514;
                    case "ssh", "libssh", "libssh2" -> 22;
                    default -> 0;
                };
        int port = parsed.getPort() > 0 ? parsed.getPort() : usual;
        return port == 0
                ? Optional.empty()
                : Optional.of(InetSocketAddress.createUnresolved(parsed.getHost(), port));
    }

    /** Empty: it may be tried. */
    static <T> Optional<Reply<T>> obstacle(String uri, int timeoutMillis) {
        Optional<InetSocketAddress> at = of(uri);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(at.get().getHostString(), at.get().getPort()),
                    timeoutMillis);
            return Optional.empty();
        } catch (ConnectException e) {
            String why = at.get() + ": " + e.getMessage();
            return Optional.of(
                    // The host's kernel said so: it lives, its libvirt does not.
                    String.valueOf(e.getMessage()).contains("refused")
                            ? new Reply.Refused<>(why)
                            : new Reply.Silent<>(why));
        } catch (UnknownHostException e) {
            return Optional.of(new Reply.Unasked<>(at.get() + ": no such name here"));
        } catch (IOException e) {
            return Optional.of(new Reply.Silent<>(at.get() + ": " + e.getMessage()));
        }
    }
}
