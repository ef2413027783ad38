package io.evenkeel.control;

import io.evenkeel.control.api.ApiListen;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the control role is started with.
 *
 * @param listen where the API listens
 * @param resources file or directory of declared resources, if any
 * @param version of Evenkeel, as {@code /v1/version} shows it
 */
public record ControlConfig(ApiListen listen, Optional<Path> resources, String version) {
    /** The default port of the API. */
    public static final int DEFAULT_PORT = 7082;

    /** The API on loopback; port 0 for any free one. */
    public static ControlConfig onLoopback(int port, String version) {
        return new ControlConfig(
                ApiListen.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                Optional.empty(),
                version);
    }

    /** The same with declared resources. */
    public ControlConfig resources(Path path) {
        return new ControlConfig(listen, Optional.of(path), version);
    }
}
