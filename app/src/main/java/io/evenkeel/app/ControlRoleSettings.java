package io.evenkeel.app;

import io.evenkeel.model.HostPort;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Inline;
import java.nio.file.Path;
import java.util.Optional;

/** Static settings of {@code evenkeel control}. A port of 0 takes any free one. */
record ControlRoleSettings(
        @Inline MemberSettings member,
        @Inline FailoverRoleSettings failover,
        @Inline MachineRoleSettings machines,
        @About("Where the API, metrics and health answer; loopback, as there are no credentials.")
                @Default("127.0.0.1:7082")
                HostPort admin,
        @About(
                        "Folder or file of resources that this process keeps applied while it leads; read again when it changes.")
                Optional<Path> resources,
        @About("File to write once everything serves: pid and real addresses, as JSON.")
                Optional<Path> readyFile)
        implements RoleSettings {}
