package io.evenkeel.app;

import io.evenkeel.control.ControlConfig;
import io.evenkeel.control.ControlServer;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.control.registry.Registry;
import io.evenkeel.control.registry.RegistryConfig;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.model.HostPort;
import io.evenkeel.store.copy.LocalCopy;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code evenkeel gateway}: one of the cluster's gateways, and an API that shows what it sees. */
final class GatewayRole implements Role.Start {
    private static final Duration STORE_READY = Duration.ofSeconds(60);

    /** How long the store is waited for while there is a copy. */
    private static final Duration COPY_AFTER = Duration.ofSeconds(3);

    private final GatewayRoleSettings settings;

    GatewayRole(GatewayRoleSettings settings) {
        this.settings = settings;
    }

    @Override
    public void into(Role role) throws IOException, InterruptedException {
        MemberSettings member = settings.member();
        String id = member.name();
        EtcdStore store = ClusterStore.open(role, member.etcd());
        Path folder =
                settings.dataDir().orElseGet(() -> Role.defaultDataDir().resolve("gateway-" + id));
        StoreCopy copy = role.keep("copy", LocalCopy.open(folder));
        DataPlane plane = new DataPlane(id, settings.dataPlane(), sessionKey(store, copy), role);
        Registry registry =
                role.keep(
                        "registry",
                        Registry.start(
                                store, copy, RegistryConfig.of(id), List.of(plane.gateway())));
        Peers peers = new Peers(id);
        LinkServer links = plane.links(registry, peers);
        if (!registry.awaitReady(STORE_READY)) {
            throw new StartException("etcd was not read within " + STORE_READY, null);
        }
        registry.witness(links::lastHeard);
        plane.bind(role);
        role.keep("presence", registry::depart);
        peers.own(advertised(role, "link"));
        registry.feed().subscribe(peers.onChange(links::peersChanged));
        ControlServer control =
                role.keep(
                        "api",
                        ControlServer.start(
                                new ControlConfig(
                                        ApiListen.on(Role.resolve("admin", settings.admin())),
                                        Optional.empty(),
                                        Version.text(),
                                        new ControlConfig.Part.None()),
                                store,
                                Optional.of(new SeenGateway(id, plane.gateway())),
                                registry::refusals,
                                List.of(() -> registry.feed().freshness().metrics()),
                                List.of(),
                                role::serving,
                                Optional.empty()));
        registry.feed().subscribe(control.images());
        role.listens("admin", new HostPort(settings.admin().host(), control.port()).toString());
        registry.announce(
                new GatewayRecord(
                        UUID.randomUUID().toString(),
                        advertised(role, "http"),
                        Optional.of(advertised(role, "link")),
                        HostPort.parse(role.address("admin")),
                        Version.text(),
                        InstantSource.system().millis()));
        plane.gateway().serve();
    }

    /** The cluster's; from the copy if the store does not say it. */
    private SessionKey sessionKey(EtcdStore store, StoreCopy copy) {
        if (!ClusterStore.answers(store, COPY_AFTER)) {
            Optional<SessionKey> kept = copy.load().flatMap(StoredSessionKey::of);
            if (kept.isPresent()) {
                return kept.get();
            }
        }
        ClusterStore.awaitAnswer(store, settings.member().etcd());
        return StoredSessionKey.obtain(store, STORE_READY);
    }

    private HostPort advertised(Role role, String listener) {
        HostPort bound = HostPort.parse(role.address(listener));
        InetSocketAddress address = Role.resolve(listener, bound);
        return new HostPort(settings.member().reachable(address), bound.port());
    }
}
