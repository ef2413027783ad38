package io.evenkeel.control.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule that stands in for credentials: whoever calls from this machine is {@code local}.
 *
 * <p>A web page open on this machine also calls from this machine. Two checks keep it out: the Host
 * header must name this machine (a page whose own name was re-bound to 127.0.0.1 sends that name),
 * and an Origin, which browsers add, must be the API's own.
 */
public final class LocalCaller {
    private LocalCaller() {}

    /**
     * Why an address may not be listened on without credentials, or empty when it may.
     *
     * @param address what the configuration says
     */
    public static Optional<String> refusalToListen(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return Optional.of(
                    "api address: '"
                            + address.getHostString()
                            + "' does not resolve (expected: an address of this machine, such as"
                            + " 127.0.0.1:7082)");
        }
        if (address.getAddress().isLoopbackAddress()) {
            return Optional.empty();
        }
        return Optional.of(
                "api address: "
                        + address.getAddress().getHostAddress()
                        + ":"
                        + address.getPort()
                        + " can be reached from other machines, and there are no credentials yet"
                        + " (expected: a loopback address such as 127.0.0.1:"
                        + address.getPort()
                        + "); listen on loopback and reach it from elsewhere by `ssh -L "
                        + address.getPort()
                        + ":127.0.0.1:"
                        + address.getPort()
                        + " HOST`");
    }

    /** Why a request is refused, or empty when it comes from this machine and from no web page. */
    public static Optional<ApiProblem> refusal(
            InetAddress peer, @Nullable String host, @Nullable String origin) {
        if (!peer.isLoopbackAddress()) {
            return Optional.of(
                    ApiProblem.of(
                            ProblemType.FORBIDDEN,
                            "peer: "
                                    + peer.getHostAddress()
                                    + " (expected: a caller on this machine while there are no"
                                    + " credentials)"));
        }
        if (host == null || !namesThisMachine(host)) {
            return Optional.of(
                    ApiProblem.of(
                            ProblemType.MISDIRECTED,
                            "Host: '"
                                    + (host == null ? "" : host)
                                    + "' (expected: localhost or a loopback address); call the"
                                    + " API as http://127.0.0.1:PORT"));
        }
        if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
            return Optional.of(
                    ApiProblem.of(
                            ProblemType.FORBIDDEN,
                            "Origin: '"
                                    + origin
                                    + "' (expected: none, or 'http://"
                                    + host
                                    + "'); web pages of other origins may not call the API"));
        }
        return Optional.empty();
    }

    private static boolean namesThisMachine(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return name.startsWith("[::1]");
        }
        int colon = name.indexOf(':');
        String bare = colon < 0 ? name : name.substring(0, colon);
        return bare.equals("localhost") || bare.matches("127(\\.[0-9]{1,3}){3}");
    }
}
