package io.evenkeel.app;

import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Inline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Static settings of {@code evenkeel agent}. */
record AgentRoleSettings(
        @Inline MemberSettings member,
        @About(
                        "Profile of failover, the same as the controls': patient (the host is taken to live for 10 s after it was last heard), standard (6 s), swift (2 s).")
                @Default("patient")
                Profile failoverProfile,
        @About(
                        "How long the host is taken to live after it was last heard; its key is renewed three times in this time. Without it the profile's.")
                Optional<Duration> aliveTtl,
        @About("Time between two measurements of what of the host is in use.") @Default("10s")
                Duration measureEvery,
        @Inline SelfFenceSettings selfFencing,
        @About(
                        "Folder that only one agent uses at a time; without it ~/.local/state/evenkeel/agent-ID, for root below /var/lib.")
                Optional<Path> dataDir,
        @About("File to write once the host is known to live: pid, as JSON.")
                Optional<Path> readyFile)
        implements RoleSettings {}
