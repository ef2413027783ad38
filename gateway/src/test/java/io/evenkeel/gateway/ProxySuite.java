package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.observe.RequestRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway over real sockets, its backends and its clients. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
abstract class ProxySuite {
    /** The service of most tests. */
    static final String SERVICE = "shop";

    Gateway gateway;
    Site site;
    InetSocketAddress http;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** What the gateway of this suite is told. */
    GatewaySettings settings() {
        return GatewaySettings.of(
                        "test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withLoops(1)
                .withProxy(proxy(ProxySettings.DEFAULT));
    }

    ProxySettings proxy(ProxySettings defaults) {
        return defaults;
    }

    /** What is told to the gateway before it starts. */
    void prepare(Gateway unstarted) {}

    @BeforeEach
    void startGateway() {
        gateway = Gateway.create(settings(), null);
        prepare(gateway);
        Gateway.Bound bound = gateway.bind();
        assertThat(bound).isInstanceOf(Gateway.Bound.Listening.class);
        http = ((Gateway.Bound.Listening) bound).http();
        gateway.serve();
        site = new Site(gateway);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        gateway.close();
    }

    /** A backend of the service that does this with each connection. */
    Backend backend(Consumer<Talk> script) {
        Backend backend = keep(new Backend(script));
        site.endpoint(SERVICE, "e" + open.size(), backend.address());
        return backend;
    }

    /** A backend of the service that answers each request with its name and the body. */
    Backend echo(String name) {
        Backend backend = keep(Backend.echo(name));
        site.endpoint(SERVICE, name, backend.address());
        return backend;
    }

    Talk client() {
        return keep(Talk.to(http));
    }

    <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + SERVICE + "\r\n\r\n";
    }

    static String post(String path, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: "
                + SERVICE
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Waits up to ten seconds for something that happens by itself. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** What the gateway noted about a request, once it has. */
    RequestRecord record(String id) {
        Supplier<RequestLookup> lookup = () -> gateway.requestRecord(id);
        await("record of " + id, () -> lookup.get() instanceof RequestLookup.Held);
        return ((RequestLookup.Held) lookup.get()).record();
    }

    /** How many requests of the service ended so. */
    long ended(TerminationReason reason) {
        return gateway.services().stream()
                .flatMap(s -> s.reasons().stream())
                .filter(r -> r.reason().equals(reason.label()))
                .mapToLong(r -> r.count())
                .sum();
    }

    void awaitEnded(TerminationReason reason) {
        await("ended by " + reason.label(), () -> ended(reason) > 0);
    }

    /** Requests outstanding at all endpoints of the service, as the queue counts them. */
    int outstanding() {
        return gateway
                .queue("default", SERVICE)
                .map(QueueSnapshot::entries)
                .orElse(List.of())
                .stream()
                .mapToInt(QueueSnapshot.Entry::outstanding)
                .sum();
    }
}
