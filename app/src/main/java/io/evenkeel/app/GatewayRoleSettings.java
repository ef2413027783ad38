package io.evenkeel.app;

import io.evenkeel.model.HostPort;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Inline;
import java.nio.file.Path;
import java.util.Optional;

/** Static settings of {@code evenkeel gateway}. A port of 0 takes any free one. */
record GatewayRoleSettings(
        @Inline MemberSettings member,
        @Inline DataPlaneSettings dataPlane,
        @About(
                        "Folder for its copy of what etcd holds, from which it starts while etcd is away; without it ~/.local/state/evenkeel/gateway-ID, for root below /var/lib.")
                Optional<Path> dataDir,
        @About(
                        "Where the API that reads, metrics and health answer; loopback, as there are no credentials.")
                @Default("127.0.0.1:7082")
                HostPort admin,
        @About("File to write once everything serves: pid and real addresses, as JSON.")
                Optional<Path> readyFile)
        implements RoleSettings {}
