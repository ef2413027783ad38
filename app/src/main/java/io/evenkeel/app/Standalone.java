package io.evenkeel.app;

import io.evenkeel.control.ControlConfig;
import io.evenkeel.control.ControlServer;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.control.registry.Housekeeper;
import io.evenkeel.control.registry.Registry;
import io.evenkeel.control.registry.RegistryConfig;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import io.evenkeel.store.transfer.ImportMarker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** {@code evenkeel standalone}: store, registry, gateway and API in one process. */
final class Standalone implements Role.Start {
    private static final String GATEWAY = "standalone";
    private static final Duration STORE_READY = Duration.ofSeconds(60);

    private final StandaloneSettings settings;

    Standalone(StandaloneSettings settings) {
        this.settings = settings;
    }

    @Override
    public void into(Role role) throws IOException, InterruptedException {
        Path data = settings.dataDir().orElseGet(Role::defaultDataDir);
        Files.createDirectories(data);
        EmbeddedConfig config = EmbeddedConfig.at(data);
        EmbeddedStore store =
                role.keep(
                        "store",
                        EmbeddedStore.open(
                                settings.acceptDataLoss() ? config.acceptingLoss() : config));
        Optional<String> half = ImportMarker.unfinished(store);
        if (half.isPresent()) {
            throw new StartException(half.get(), null);
        }
        StoredClusterId.obtain(store, STORE_READY);
        DataPlane plane =
                new DataPlane(
                        GATEWAY,
                        settings.dataPlane(),
                        StoredSessionKey.obtain(store, STORE_READY),
                        role);
        Registry registry =
                role.keep(
                        "registry",
                        Registry.start(
                                store, RegistryConfig.of(GATEWAY), List.of(plane.gateway())));
        plane.links(registry, () -> List.of(role.address("link")));
        if (!registry.awaitReady(STORE_READY)) {
            throw new StartException(
                    "the store in " + data + " was not read within " + STORE_READY, null);
        }
        plane.bind(role);
        ControlServer control =
                role.keep(
                        "api",
                        ControlServer.start(
                                new ControlConfig(
                                        ApiListen.on(Role.resolve("admin", settings.admin())),
                                        settings.resources(),
                                        Version.text(),
                                        new ControlConfig.Part.Alone()),
                                store,
                                Optional.of(new SeenGateway(GATEWAY, plane.gateway())),
                                registry::refusals,
                                List.of(() -> registry.feed().freshness().metrics()),
                                List.of(alone ->
                                        Housekeeper.start(
                                                alone,
                                                registry.feed(),
                                                RegistryConfig.of(GATEWAY),
                                                InstantSource.system())),
                                role::serving,
                                Optional.empty()));
        registry.feed().subscribe(control.images());
        awaitDeclared(store, registry);
        plane.gateway().serve();
        role.listens("admin", new HostPort(settings.admin().host(), control.port()).toString());
    }

    /** The first request is to find what the declared files, applied just now, say. */
    private static void awaitDeclared(EmbeddedStore store, Registry registry)
            throws InterruptedException {
        RangeQuery any = RangeQuery.prefix(Keys.prefix(Keys.Area.SPEC)).limit(1);
        RangeResult read = store.range(any, STORE_READY);
        if (!(read instanceof RangeResult.Range range)
                || !registry.feed().awaitRevision(range.revision(), STORE_READY)) {
            throw new StartException(
                    "the declared resources were not read back within " + STORE_READY, null);
        }
    }
}
