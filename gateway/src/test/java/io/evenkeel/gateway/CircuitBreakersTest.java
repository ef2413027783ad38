package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.kernel.observe.MetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a service may hold of a gateway, on several loops, changing while all runs. */
final class CircuitBreakersTest extends ProxySuite {
    private final Semaphore finish = new Semaphore(0);

    @Override
    GatewaySettings settings() {
        return super.settings().withLoops(2);
    }

    private void limits(int connections, int pending, int requests) {
        site.policy(
                SERVICE,
                "{circuitBreakers: {maxConnections: %d, maxPendingRequests: %d, maxRequests: %d}}"
                        .formatted(connections, pending, requests));
    }

    /** An endpoint that answers when it is told to. */
    private Backend slow() {
        return backend(talk -> {
            talk.request();
            while (acquired()) {
                talk.send(ok("done"));
                talk.request();
            }
        });
    }

    private boolean acquired() {
        try {
            return finish.tryAcquire(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Talk> running(int count) {
        List<Talk> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client().send(get("/" + i)));
        }
        await("requests at the endpoint", () -> outstanding() == count);
        return clients;
    }

    private void assertRefused(TerminationReason reason) {
        Talk.Reply reply = client().send(get("/refused")).reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.value("evenkeel-termination")).isEqualTo(reason.label());
        assertThat(reply.value("retry-after")).isEqualTo("1");
        awaitEnded(reason);
    }

    @Test
    void requestsBeyondTheMostAreRefusedUntilOneEnds() {
        slow();
        limits(0, 0, 3);
        List<Talk> clients = running(3);
        assertRefused(TerminationReason.GATEWAY_TOO_MANY_REQUESTS);
        finish.release(3);
        clients.forEach(c -> assertThat(c.reply().body()).isEqualTo("done"));
        finish.release();
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
    }

    @Test
    void theMostRequestsChangeWithThePolicyAndCountWhatRunsAlready() {
        slow();
        List<Talk> clients = running(2);
        limits(0, 0, 2);
        assertRefused(TerminationReason.GATEWAY_TOO_MANY_REQUESTS);
        limits(0, 0, 3);
        clients.add(client().send(get("/third")));
        await("a third request", () -> outstanding() == 3);
        finish.release(3);
        clients.forEach(c -> assertThat(c.reply().body()).isEqualTo("done"));
    }

    @Test
    void anEndpointWithAllItsConnectionsInUseGetsNoMoreRequests() {
        Backend backend = slow();
        limits(2, 0, 0);
        List<Talk> clients = running(2);
        assertRefused(TerminationReason.GATEWAY_OVER_LIMIT);
        await("both connections are accepted", () -> backend.connections() == 2);
        limits(0, 0, 0);
        clients.add(client().send(get("/third")));
        await("a third request", () -> outstanding() == 3);
        finish.release(3);
        clients.forEach(c -> assertThat(c.reply().body()).isEqualTo("done"));
    }

    /** Clients spread over loops, which share no connections: an unused one has to give way. */
    @Test
    void anUnusedConnectionOfOneLoopGivesWayToTheOther() {
        Backend backend = echo("a");
        limits(1, 0, 0);
        for (int i = 0; i < 40; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("a:");
            await("the endpoint is free", () -> outstanding() == 0);
        }
        assertThat(backend.connections()).as("both loops were asked").isGreaterThan(1);
    }

    @Test
    void requestsThatWaitForConnectionsAreBoundedAndCounted() {
        site.endpoint(SERVICE, "deaf", keep(new FullBacklog()).address());
        limits(0, 2, 0);
        List<Talk> clients = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            clients.add(client().send(get("/" + i)));
        }
        await("two wait", () -> pending() == 2);
        assertRefused(TerminationReason.GATEWAY_TOO_MANY_PENDING);
        limits(0, 3, 0);
        clients.add(client().send(get("/third")));
        await("three wait", () -> pending() == 3);
        clients.forEach(Talk::reset);
        await("nobody waits", () -> pending() == 0);
    }

    private double pending() {
        return gateway.metrics(1000).stream()
                .filter(f -> f.name().equals("evenkeel_requests_pending"))
                .flatMap(f -> f.samples().stream())
                .mapToDouble(s -> ((MetricFamily.Value) s).value())
                .sum();
    }
}
