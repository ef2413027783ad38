package io.evenkeel.gateway.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.Gateway;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.gateway.Site;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.kernel.observe.ServiceTraffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A gateway over NIO on a free port with one loop. */
final class GatewayUnderTest implements AutoCloseable {
    final Gateway gateway;
    final Site site;
    final InetSocketAddress address;

    GatewayUnderTest(ProxySettings settings) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        gateway =
                Gateway.create(
                        GatewaySettings.of("test", any).withLoops(1).withProxy(settings), null);
        site = new Site(gateway);
        address =
                switch (gateway.bind()) {
                    case Gateway.Bound.Listening listening -> listening.http();
                    case Gateway.Bound.Refused(String message) -> throw new AssertionError(message);
                };
        gateway.serve();
    }

    /** The default settings with short patience for heads, bodies and lingering. */
    static ProxySettings impatient(Duration patience) {
        ProxySettings d = ProxySettings.DEFAULT;
        return new ProxySettings(
                d.limits(),
                d.pseudonym(),
                patience.toNanos(),
                patience.toNanos(),
                patience.toNanos(),
                patience.toNanos(),
                d.lingerNanos(),
                d.totalNanos(),
                d.maxConnections(),
                d.bufferBytes());
    }

    /** A good request must be answered, whatever was done to the gateway before. */
    void assertServes(String host, String path) throws IOException {
        try (RawClient client = new RawClient(address)) {
            client.send(
                    "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    /** Every request that began must have ended: nothing leaks. */
    void assertNothingActive() {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            List<ServiceTraffic> services = gateway.services();
            boolean quiet =
                    services.stream()
                            .allMatch(s ->
                                    s.active() == 0
                                            && s.endpoints().stream()
                                                    .allMatch(e -> e.active() == 0));
            if (quiet) {
                return;
            }
            assertThat(System.nanoTime()).as("still active: %s", services).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
