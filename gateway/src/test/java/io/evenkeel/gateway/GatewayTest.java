package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Source;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Images in, traffic out. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class GatewayTest extends ProxySuite {
    @Override
    GatewaySettings settings() {
        return super.settings().withLoops(2).withGrace(Duration.ofMillis(300));
    }

    private static EndpointKey key(String id) {
        return new EndpointKey("default", id);
    }

    @Test
    void aNewcomerGetsTheVeryNextRequest() {
        echo("old");
        for (int i = 0; i < 5; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("old:");
        }
        echo("new");
        assertThat(client().send(get("/")).reply().body()).isEqualTo("new:");
    }

    @Test
    void requestsGoToTheEndpointWithTheFewestOutstanding() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        echo("free");
        backend(talk -> {
            talk.request();
            try {
                release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            talk.send(ok("late"));
        });
        Talk slow = client().send(get("/"));
        await("the slow one has it", () -> outstanding() == 1);
        for (int i = 0; i < 10; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("free:");
            // A client has its reply a moment before the gateway counts the request as over.
            await("only the slow one is outstanding", () -> outstanding() == 1);
        }
        release.countDown();
        assertThat(slow.reply().body()).isEqualTo("late");
    }

    @Test
    void withoutEndpointsTheAnswerIs503AndSaysWhy() {
        echo("a");
        site.remove("a");
        site.assignService(SERVICE, AdminState.READY);
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.GATEWAY_NO_ENDPOINTS.label());
    }

    @Test
    void anEndpointAtItsCapGetsNoMoreAndTheAnswerSaysSo() {
        CountDownLatch release = new CountDownLatch(1);
        Backend busy =
                keep(
                        new Backend(talk -> {
                            talk.request();
                            try {
                                release.await(10, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            talk.send(ok("done"));
                        }));
        EndpointSpec d = EndpointSpec.of(SERVICE, HostPort.parse(busy.address()));
        site.endpoint(
                "busy",
                new EndpointSpec(
                        d.service(),
                        d.workload(),
                        d.kind(),
                        d.address(),
                        d.locality(),
                        d.weight(),
                        1,
                        d.labels(),
                        d.version(),
                        d.healthCheck(),
                        d.incarnation()),
                Source.API);
        Talk first = client().send(get("/"));
        await("it has one", () -> outstanding() == 1);
        Talk.Reply second = client().send(get("/")).reply();
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.GATEWAY_OVER_LIMIT.label());
        release.countDown();
        assertThat(first.reply().body()).isEqualTo("done");
    }

    @Test
    void anEndpointThatLeavesLosesItsIdleConnectionsAndFinishesItsRequests() {
        CountDownLatch release = new CountDownLatch(1);
        List<Boolean> ended = new java.util.concurrent.CopyOnWriteArrayList<>();
        Backend backend =
                keep(
                        new Backend(talk -> {
                            String head = talk.head();
                            if (head.startsWith("GET /slow")) {
                                try {
                                    release.await(10, TimeUnit.SECONDS);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }
                            talk.send(ok("done"));
                            ended.add(talk.ended());
                        }));
        site.endpoint(SERVICE, "leaving", backend.address());
        Talk slow = client().send(get("/slow"));
        await("it has one", () -> outstanding() == 1);
        assertThat(client().send(get("/fast")).reply().status()).isEqualTo(200);
        site.remove("leaving");
        await("the idle connection is closed", () -> ended.size() == 1);
        release.countDown();
        assertThat(slow.reply().body()).isEqualTo("done");
        await("the other too, behind its reply", () -> ended.size() == 2);
    }

    @Test
    void anEndpointInDrainGetsNoNewRequests() {
        echo("a");
        echo("b");
        site.assign("b", AdminState.DRAIN);
        for (int i = 0; i < 5; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("a:");
        }
        site.assign("b", AdminState.READY).assign("a", AdminState.MAINT);
        assertThat(client().send(get("/")).reply().body()).isEqualTo("b:");
    }

    @Test
    void aLinkedEndpointIsPickedWhileItHoldsItsLink() {
        Backend backend = keep(Backend.echo("linked"));
        site.linked(SERVICE, "linked", backend.address());
        long epoch = site.epoch("linked");
        gateway.present(key("linked"), epoch);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
        gateway.absent(key("linked"), epoch, LinkLoss.LOST);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(503);
        gateway.present(key("linked"), epoch);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
        gateway.absent(key("linked"), epoch - 1, LinkLoss.REPLACED);
        assertThat(client().send(get("/")).reply().status())
                .as("an older incarnation's loss doesn't matter")
                .isEqualTo(200);
        gateway.draining(key("linked"), epoch, true);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(503);
    }

    @Test
    void aLinkThatIsThereBeforeTheImageCounts() {
        Backend backend = keep(Backend.echo("early"));
        gateway.present(key("early"), 2);
        site.linked(SERVICE, "early", backend.address());
        await("grace is over", () -> gateway.outstanding(key("early"), 2) == 0);
        assertThat(site.epoch("early")).isEqualTo(2);
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
    }

    @Test
    void anEndpointKnownFromTheStoreHasSomeTimeToDialAgain() {
        Backend backend = keep(Backend.echo("known"));
        site.linked(SERVICE, "known", backend.address());
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
        await("grace is over", () -> client().send(get("/")).reply().status() == 503);
    }

    @Test
    void aNewerIncarnationReplacesTheOlderOne() {
        echo("first");
        assertThat(client().send(get("/")).reply().body()).isEqualTo("first:");
        Backend second = keep(Backend.echo("second"));
        site.endpoint(SERVICE, "first", second.address());
        for (int i = 0; i < 3; i++) {
            assertThat(client().send(get("/")).reply().body()).isEqualTo("second:");
        }
    }

    @Test
    void aLocalSourceMayNameTheServiceInAHeader() {
        echo("a");
        Talk.Reply reply =
                client().send("GET / HTTP/1.1\r\nHost: whatever\r\nEvenkeel-Service: shop\r\n\r\n")
                        .reply();
        assertThat(reply.body()).isEqualTo("a:");
    }

    @Test
    void theFirstRouteEndsTheNamingByHost() {
        echo("a");
        Backend cart = keep(Backend.echo("cart"));
        site.endpoint("cart", "cart", cart.address());
        site.route("r", "{match: {hosts: [www.example], pathPrefix: /cart}, service: cart}");
        Talk client = client();
        assertThat(client.send("GET /cart/1 HTTP/1.1\r\nHost: www.example\r\n\r\n").reply().body())
                .isEqualTo("cart:");
        assertThat(client.send(get("/")).reply().status()).isEqualTo(404);
    }

    @Test
    void aSecondGatewayOnTheSamePortIsRefusedWithTheRemedy() {
        try (Gateway second =
                Gateway.create(GatewaySettings.of("second", http).withLoops(2), null)) {
            assertThat(second.bind())
                    .isInstanceOfSatisfying(
                            Gateway.Bound.Refused.class,
                            refused ->
                                    assertThat(refused.message())
                                            .contains("in use")
                                            .contains("choose another port"));
        }
    }

    @Test
    void aStoppingGatewayFinishesWhatRunsAndClosesTheRest() {
        CountDownLatch release = new CountDownLatch(1);
        backend(talk -> {
            talk.request();
            try {
                release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            talk.send(ok("done"));
        });
        Talk idle = client();
        Talk busy = client().send(get("/"));
        await("under way", () -> outstanding() == 1);
        Thread stopper = Thread.ofVirtual().start(() -> gateway.stop(Duration.ofSeconds(10)));
        assertThat(idle.ended()).isTrue();
        await("no loop accepts anybody", this::refusesConnections);
        release.countDown();
        Talk.Reply reply = busy.reply();
        assertThat(reply.body()).isEqualTo("done");
        assertThat(reply.value("connection")).isEqualTo("close");
        try {
            assertThat(stopper.join(Duration.ofSeconds(10))).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean refusesConnections() {
        try (Socket socket = new Socket(http.getAddress(), http.getPort())) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
