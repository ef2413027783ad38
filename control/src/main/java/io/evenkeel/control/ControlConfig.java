package io.evenkeel.control;

import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.leader.ElectionSettings;
import io.evenkeel.kernel.placement.PlacementSettings;
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
 * @param part what of the cluster's work this process does
 * @param placement how hosts are ranked
 */
public record ControlConfig(
        ApiListen listen,
        Optional<Path> resources,
        String version,
        Part part,
        PlacementSettings placement) {
    /** What a process does beside answering the API. */
    public sealed interface Part {
        /** All that one process at a time does; there is no other. */
        record Alone() implements Part {}

        /** The same whenever it is elected. */
        record Elected(ElectionSettings election) implements Part {}

        /** Nothing: others do it. */
        record None() implements Part {}
    }

    /** The default port of the API. */
    public static final int DEFAULT_PORT = 7082;

    /** One that ranks hosts by the defaults. */
    public ControlConfig(ApiListen listen, Optional<Path> resources, String version, Part part) {
        this(listen, resources, version, part, PlacementSettings.DEFAULT);
    }

    /** The API on loopback; port 0 for any free one. */
    public static ControlConfig onLoopback(int port, String version) {
        return new ControlConfig(
                ApiListen.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                Optional.empty(),
                version,
                new Part.Alone());
    }

    /** The same with declared resources. */
    public ControlConfig resources(Path path) {
        return new ControlConfig(listen, Optional.of(path), version, part, placement);
    }

    /** The same with another part in the cluster's work. */
    public ControlConfig part(Part other) {
        return new ControlConfig(listen, resources, version, other, placement);
    }

    /** The same with other bounds of placement. */
    public ControlConfig placement(PlacementSettings other) {
        return new ControlConfig(listen, resources, version, part, other);
    }
}
