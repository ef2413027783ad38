package io.evenkeel.app;

import io.evenkeel.agent.AgentConfig;
import io.evenkeel.agent.HostAgent;
import io.evenkeel.agent.Machine;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Metadata;
import io.evenkeel.store.embedded.DirectoryLock;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code evenkeel agent}: makes a host known to the cluster. It listens nowhere, unless it is to
 * fence its host by itself: then others ask it, and it asks others.
 */
final class AgentRole implements Role.Start {
    private static final Path PROC = Path.of("/proc");

    private final AgentRoleSettings settings;

    AgentRole(AgentRoleSettings settings) {
        this.settings = settings;
    }

    @Override
    public void into(Role role) throws IOException, InterruptedException {
        MemberSettings member = settings.member();
        String id = member.name();
        Path folder =
                settings.dataDir().orElseGet(() -> Role.defaultDataDir().resolve("agent-" + id));
        role.keep("lock", DirectoryLock.take(folder));
        Machine machine = Machine.open(PROC);
        String address = member.reachable(new InetSocketAddress((InetAddress) null, 0));
        EtcdStore store = ClusterStore.open(role, member.etcd());
        ClusterStore.awaitAnswer(store, member.etcd());
        HostKey host = new HostKey(Metadata.DEFAULT_TENANT, id);
        Optional<HostPort> asked = settings.selfFencing().answersOf(role, store, host.tenant());
        InstantSource clock = InstantSource.system();
        AgentConfig config =
                new AgentConfig(
                        host,
                        new HostRecord(
                                UUID.randomUUID().toString(),
                                machine.boot(),
                                Version.text(),
                                clock.millis(),
                                machine.inventory(address),
                                asked),
                        settings.aliveTtl()
                                .orElse(settings.failoverProfile().settings().aliveTtl()),
                        settings.measureEvery());
        HostAgent agent = role.keep("agent", HostAgent.start(store, config, machine, clock));
        if (asked.isPresent()) {
            FailoverSettings times = settings.failoverProfile().settings();
            settings.selfFencing()
                    .start(
                            role,
                            host,
                            times.deathTtl().plus(times.lockTtl()),
                            store,
                            agent::keyGoodUntil);
        }
        while (!agent.awaitKnown(config.ttl())) {
            // The agent's own log says why; a name that is not free yet becomes so.
        }
    }
}
