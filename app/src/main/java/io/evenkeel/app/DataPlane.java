package io.evenkeel.app;

import io.evenkeel.control.registry.Registry;
import io.evenkeel.gateway.AddressRanges;
import io.evenkeel.gateway.Gateway;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.gateway.source.SourceRules;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A gateway in the making: from its settings to the listeners. */
final class DataPlane {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final String id;
    private final DataPlaneSettings settings;
    private final Gateway gateway;

    /** Creates it; nothing listens yet. What it needs is kept in the role. */
    DataPlane(String id, DataPlaneSettings settings, SessionKey sessions, Role role)
            throws IOException {
        this.id = id;
        this.settings = settings;
        this.gateway =
                Gateway.create(
                        gatewaySettings(id, settings).withSessionKey(sessions),
                        accessLog(settings, role));
    }

    Gateway gateway() {
        return gateway;
    }

    /**
     * Takes registrations by this registry, once it listens.
     *
     * @param peers link addresses of all gateways, this one's first
     */
    LinkServer links(Registry registry, Supplier<List<String>> peers) {
        LinkServer links =
                new LinkServer(
                        LinkSettings.defaults(id),
                        new LinkPorts(registry.admission(), registry.presence(), gateway, peers));
        gateway.links(links, Role.resolve("link", settings.link()));
        return links;
    }

    /** Binds the listeners; {@link Gateway#serve} is next. */
    void bind(Role role) {
        switch (gateway.bind()) {
            case Gateway.Bound.Refused(String message) -> throw new StartException(message, null);
            case Gateway.Bound.Listening(
                            InetSocketAddress http,
                            @Nullable InetSocketAddress link) -> {
                role.listens("http", Role.text(http));
                if (link != null) {
                    role.listens("link", Role.text(link));
                }
            }
        }
        role.keep("gateway", () -> gateway.stop(STOP_PATIENCE));
    }

    private static @Nullable AccessLog accessLog(DataPlaneSettings settings, Role role)
            throws IOException {
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
        return role.keep("access log", new AccessLog(format, out));
    }

    private static GatewaySettings gatewaySettings(String id, DataPlaneSettings settings) {
        GatewaySettings gateway =
                GatewaySettings.of(id, Role.resolve("http", settings.http()))
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
}
