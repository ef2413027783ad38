package io.evenkeel.app;

import io.evenkeel.control.ControlConfig;
import io.evenkeel.control.ControlServer;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.control.registry.Registry;
import io.evenkeel.control.registry.RegistryConfig;
import io.evenkeel.gateway.AddressRanges;
import io.evenkeel.gateway.Gateway;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import io.evenkeel.store.transfer.ImportMarker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything in one process: store, registry, gateway, API. What was started is closed in the
 * opposite order, whether the start was completed or not.
 */
final class Standalone implements AutoCloseable {
    private static final String GATEWAY = "standalone";
    private static final Duration STORE_READY = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** Something to close; named for what goes wrong while closing. */
    private record Part(String name, AutoCloseable part) {}

    private final Deque<Part> parts = new ArrayDeque<>();
    private final SortedMap<String, String> addresses = new TreeMap<>();
    private volatile boolean serving;

    private Standalone() {}

    /**
     * Starts everything; it serves when this returns.
     *
     * @throws StartException with one clear message when something can't be
     */
    static Standalone start(StandaloneSettings settings) throws InterruptedException {
        Standalone standalone = new Standalone();
        try {
            standalone.run(settings);
            return standalone;
        } catch (StartException | InterruptedException failed) {
            standalone.close();
            throw failed;
        } catch (RuntimeException | IOException failed) {
            standalone.close();
            throw new StartException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Where it really listens, by listener. */
    SortedMap<String, String> addresses() {
        return addresses;
    }

    private void run(StandaloneSettings settings) throws IOException, InterruptedException {
        Path data = settings.dataDir().orElseGet(Standalone::defaultDataDir);
        Files.createDirectories(data);
        EmbeddedConfig config = EmbeddedConfig.at(data);
        EmbeddedStore store =
                keep(
                        "store",
                        EmbeddedStore.open(
                                settings.acceptDataLoss() ? config.acceptingLoss() : config));
        Optional<String> half = ImportMarker.unfinished(store);
        if (half.isPresent()) {
            throw new StartException(half.get(), null);
        }
        StoredClusterId.obtain(store, STORE_READY);
        AccessLog log = accessLog(settings);
        Gateway gateway =
                Gateway.create(
                        gatewaySettings(settings)
                                .withSessionKey(StoredSessionKey.obtain(store, STORE_READY)),
                        log);
        Registry registry =
                keep(
                        "registry",
                        Registry.start(store, RegistryConfig.of(GATEWAY), List.of(gateway)));
        LinkServer links =
                new LinkServer(
                        LinkSettings.defaults(GATEWAY),
                        new LinkPorts(
                                registry.admission(),
                                registry.presence(),
                                gateway,
                                () -> List.of(addresses.getOrDefault("link", ""))));
        gateway.links(links, resolve("link", settings.link()));
        if (!registry.awaitReady(STORE_READY)) {
            throw new StartException(
                    "the store in " + data + " was not read within " + STORE_READY, null);
        }
        switch (gateway.bind()) {
            case Gateway.Bound.Refused(String message) -> throw new StartException(message, null);
            case Gateway.Bound.Listening(
                            InetSocketAddress http,
                            @Nullable InetSocketAddress link) -> {
                addresses.put("http", text(http));
                if (link != null) {
                    addresses.put("link", text(link));
                }
            }
        }
        keep("gateway", () -> gateway.stop(STOP_PATIENCE));
        ControlServer control =
                keep(
                        "api",
                        ControlServer.start(
                                new ControlConfig(
                                        ApiListen.on(resolve("admin", settings.admin())),
                                        settings.resources(),
                                        Version.text()),
                                store,
                                Optional.of(new SeenGateway(GATEWAY, gateway)),
                                registry::refusals,
                                List.of(),
                                () -> serving));
        registry.feed().subscribe(control.images());
        awaitDeclared(store, registry);
        gateway.serve();
        serving = true;
        addresses.put("admin", new HostPort(settings.admin().host(), control.port()).toString());
        if (settings.readyFile().isPresent()) {
            ReadyFile.of(addresses).write(settings.readyFile().get());
        }
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

    private @Nullable AccessLog accessLog(StandaloneSettings settings) throws IOException {
        if (settings.accessLog().isEmpty()) {
            return null;
        }
        Path file = settings.accessLog().get();
        WritableByteChannel out =
                file.toString().equals("-")
                        ? new FileOutputStream(FileDescriptor.out).getChannel()
                        : Files.newByteChannel(
                                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        AccessLog.Format format =
                switch (settings.accessLogForm()) {
                    case TEXT -> AccessLog.Format.TEXT;
                    case JSON -> AccessLog.Format.JSON;
                };
        return keep("access log", new AccessLog(format, out));
    }

    private static GatewaySettings gatewaySettings(StandaloneSettings settings) {
        GatewaySettings gateway =
                GatewaySettings.of(GATEWAY, resolve("http", settings.http()))
                        .withTransport(transport(settings.transport()))
                        .withSources(
                                new SourceRules(
                                        AddressRanges.parse(settings.trustedSources()),
                                        settings.proxyProtocol(),
                                        settings.forwardingHeader(),
                                        settings.forwardingHops()));
        return settings.loops() == 0 ? gateway : gateway.withLoops(settings.loops());
    }

    private static Transport transport(Transport wanted) {
        try {
            return wanted.settled();
        } catch (IllegalStateException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static InetSocketAddress resolve(String listener, HostPort address) {
        try {
            return new InetSocketAddress(
                    InetAddress.getAllByName(address.host())[0], address.port());
        } catch (UnknownHostException unknown) {
            throw new StartException(
                    listener + ": " + address + " has no address (expected: a known host)",
                    unknown);
        }
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    /** Where the embedded store is unless told otherwise. */
    static Path defaultDataDir() {
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/lib/evenkeel");
        }
        String state = System.getenv("XDG_STATE_HOME");
        return state != null && !state.isEmpty()
                ? Path.of(state, "evenkeel")
                : Path.of(System.getProperty("user.home"), ".local", "state", "evenkeel");
    }

    private <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Stops taking requests, lets those running end, then closes everything. Idempotent. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.part().close();
            } catch (Exception failed) {
                System.err.println("evenkeel: closing the " + part.name() + ": " + failed);
            }
        }
    }
}
