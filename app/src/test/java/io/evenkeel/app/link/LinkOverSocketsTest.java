package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.Refusal;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A1, A2, A6, A7: what a link promises, with both real ends. */
class LinkOverSocketsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LinkSettings QUICK = LinkSettings.defaults("gw").withHeartbeat(50, 250);

    private static LinkConfig.Builder backend(LinkRig rig, String name) {
        return LinkConfig.of("shop", "127.0.0.1:8080")
                .workload(name)
                .endpoint(name)
                .gateways(List.of(rig.gateway()));
    }

    private static Link register(LinkRig rig, String name) throws InterruptedException {
        Link link = Link.register(backend(rig, name).build());
        assertThat(link.awaitRegistered(LONG)).as("registered: %s", link.refusal()).isTrue();
        return link;
    }

    @Test
    void registeredBackendIsPresentWithAllItSaid() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link =
                        Link.register(
                                backend(rig, "web-1")
                                        .kind(Registration.Kind.CONTAINER)
                                        .locality("z1", "h1")
                                        .labels(Map.of("pool", "blue"))
                                        .weight(7)
                                        .capacity(9)
                                        .version("1.2")
                                        .credential("secret")
                                        .load(() -> new LinkMessage.Report(3, 4, 5.5, 6))
                                        .build())) {
            assertThat(link.awaitRegistered(LONG)).isTrue();
            rig.await("a report", () -> rig.reports.containsKey(LinkRig.key("web-1")));
            assertThat(rig.reports.get(LinkRig.key("web-1")))
                    .isEqualTo(new LinkMessage.Report(3, 4, 5.5, 6));
            assertThat(rig.present).containsEntry(LinkRig.key("web-1"), 1L);
            io.evenkeel.kernel.registry.Registration seen = rig.admissions.get(0);
            assertThat(seen.service()).isEqualTo("shop");
            assertThat(seen.kind()).isEqualTo("container");
            assertThat(seen.zone()).isEqualTo("z1");
            assertThat(seen.host()).isEqualTo("h1");
            assertThat(seen.labels()).containsEntry("pool", "blue");
            assertThat(seen.weight()).isEqualTo(7);
            assertThat(seen.capacity()).isEqualTo(9);
            assertThat(seen.version()).isEqualTo("1.2");
            assertThat(seen.credential()).isEqualTo("secret");
        }
    }

    @Test
    void addressWithoutHostIsTheOneTheLinkComesFrom() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link =
                        Link.register(
                                LinkConfig.of("shop", ":8081")
                                        .workload("w")
                                        .endpoint("w")
                                        .gateways(List.of(rig.gateway()))
                                        .build())) {
            assertThat(link.awaitRegistered(LONG)).isTrue();
            assertThat(rig.admissions.get(0).address()).isEqualTo("127.0.0.1:8081");
        }
    }

    @Test
    void politeLeaveWaitsForRunningRequestsAndIsForgotten() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            Link link = register(rig, "web-1");
            rig.outstanding("web-1", 2);
            CompletableFuture<Link.Drained> drained = link.beginDrain(Duration.ofSeconds(30));
            rig.await("draining", () -> rig.draining.getOrDefault(LinkRig.key("web-1"), false));
            assertThat(drained).isNotDone();
            rig.outstanding("web-1", 0);
            assertThat(drained.get()).isEqualTo(new Link.Drained(true, 0));
            assertThat(rig.events).isEmpty();
            link.close();
            rig.await("goodbye", () -> rig.events.contains("leave web-1"));
            assertThat(rig.events).containsExactly("absent web-1 LEFT", "leave web-1");
        }
    }

    @Test
    void drainThatOvertakesTheAnswerToTheRegistrationWaitsForIt() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            rig.outstanding("web-1", 1);
            Link link = Link.register(backend(rig, "web-1").build());
            // Present at the gateway, which may send requests, before the backend knows.
            rig.await("present", () -> rig.present.containsKey(LinkRig.key("web-1")));
            CompletableFuture<Link.Drained> drained = link.beginDrain(Duration.ofSeconds(30));
            rig.await("draining", () -> rig.draining.getOrDefault(LinkRig.key("web-1"), false));
            rig.outstanding("web-1", 0);
            assertThat(drained.get()).isEqualTo(new Link.Drained(true, 0));
            link.close();
            rig.await("goodbye", () -> rig.events.contains("leave web-1"));
        }
    }

    @Test
    void drainEndsAtItsDeadlineAndSaysWhatStillRuns() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link = register(rig, "web-1")) {
            rig.outstanding("web-1", 2);
            assertThat(link.drain(Duration.ofMillis(100))).isEqualTo(new Link.Drained(false, 2));
        }
    }

    @Test
    void newerIncarnationCutsTheOlderWhichStaysAway() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link older = register(rig, "web-1");
                Link newer = register(rig, "web-1")) {
            assertThat(older.awaitOver(LONG)).isTrue();
            Refusal refusal = Objects.requireNonNull(older.refusal());
            assertThat(refusal.code()).isEqualTo("replaced");
            assertThat(refusal.permanent()).isTrue();
            assertThat(newer.links()).isOne();
            assertThat(rig.present).containsEntry(LinkRig.key("web-1"), 2L);
            assertThat(rig.events).containsExactly("absent web-1 REPLACED");
        }
    }

    @Test
    void whatBecomesOfLinksIsCounted() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            Link stays = register(rig, "web-1");
            Link leaves = register(rig, "web-2");
            assertThat(leaves.drain(LONG)).isEqualTo(new Link.Drained(true, 0));
            leaves.close();
            rig.await("goodbye", () -> rig.events.contains("leave web-2"));
            try (Socket browser = new Socket(rig.address.getAddress(), rig.address.getPort())) {
                browser.getOutputStream()
                        .write(
                                "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                        .getBytes(StandardCharsets.UTF_8));
                assertThat(
                                new String(
                                        browser.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 426 ");
            }
            rig.await("all closed", () -> figure(rig, "evenkeel_link_handshakes", "") == 0);
            rig.await("one left", () -> figure(rig, "evenkeel_links", "") == 1);
            assertThat(figure(rig, "evenkeel_link_endpoints", "")).isOne();
            assertThat(figure(rig, "evenkeel_link_registrations", "accepted")).isEqualTo(2);
            assertThat(figure(rig, "evenkeel_link_registrations", "version")).isOne();
            assertThat(figure(rig, "evenkeel_link_registrations", "busy")).isZero();
            assertThat(figure(rig, "evenkeel_link_drains", "backend")).isOne();
            assertThat(figure(rig, "evenkeel_link_closed", "left")).isOne();
            assertThat(figure(rig, "evenkeel_link_closed", "silent")).isZero();
            stays.close();
        }
    }

    /** A metric's sample whose only label has this value; without one if it is empty. */
    private static double figure(LinkRig rig, String name, String label) {
        return rig.server.metrics().stream()
                .filter(family -> family.name().equals(name))
                .flatMap(family -> family.samples().stream())
                .map(MetricFamily.Value.class::cast)
                .filter(s -> label.isEmpty() || s.labels().getFirst().value().equals(label))
                .mapToDouble(MetricFamily.Value::value)
                .sum();
    }

    @Test
    void twoLinksOfOneIncarnationAreOneEndpoint() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            LinkConfig config = backend(rig, "web-1").build();
            Link first = Link.register(config);
            Link second = Link.register(config);
            assertThat(first.awaitRegistered(LONG)).isTrue();
            assertThat(second.awaitRegistered(LONG)).isTrue();
            rig.await("two links", () -> rig.server.stats().links() == 2);
            assertThat(rig.server.stats().endpoints()).isOne();
            assertThat(rig.present).containsEntry(LinkRig.key("web-1"), 1L);
            first.close();
            second.close();
        }
    }

    @Test
    void backendDialsAgainWhenItsGatewayReturns() throws Exception {
        LinkRig rig = new LinkRig(QUICK);
        Link link = register(rig, "web-1");
        int port = rig.address.getPort();
        rig.close();
        try (LinkRig again = new LinkRig(QUICK, port);
                link) {
            again.await("return", () -> again.present.containsKey(LinkRig.key("web-1")));
            assertThat(again.admissions.get(0).incarnation())
                    .isEqualTo(rig.admissions.get(0).incarnation());
        }
    }

    @Test
    void invalidRegistrationIsRefusedOnceWithEveryProblem() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link =
                        Link.register(
                                LinkConfig.of("No Service", "127.0.0.1:8080")
                                        .workload("w")
                                        .weight(1_000)
                                        .gateways(List.of(rig.gateway()))
                                        .build())) {
            assertThat(link.awaitOver(LONG)).isTrue();
            Refusal refusal = Objects.requireNonNull(link.refusal());
            assertThat(refusal.code()).isEqualTo("invalid");
            assertThat(refusal.problems()).hasSize(2);
            assertThat(refusal.problems().get(0)).startsWith("service: \"No Service\"");
            assertThat(refusal.problems().get(1)).startsWith("weight: 1000");
            assertThat(rig.admissions).isEmpty();
        }
    }

    @Test
    void silentBackendIsAbsentAfterTheMissedTime() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Socket silent = new Socket(rig.address.getAddress(), rig.address.getPort())) {
            shake(silent, "web-1");
            rig.await("silent", () -> rig.events.contains("absent web-1 SILENT"));
            String said =
                    new String(silent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).startsWith("HTTP/1.1 101 ").contains("\"type\":\"registered\"");
            assertThat(said).contains("\"code\":\"silent\"");
        }
    }

    @Test
    void lostConnectionIsAbsentAtOnce() throws Exception {
        LinkSettings patient = LinkSettings.defaults("gw").withHeartbeat(60_000, 600_000);
        try (LinkRig rig = new LinkRig(patient)) {
            try (Socket backend = new Socket(rig.address.getAddress(), rig.address.getPort())) {
                shake(backend, "web-1");
                rig.await("present", () -> rig.present.containsKey(LinkRig.key("web-1")));
            }
            rig.await("lost", () -> rig.events.contains("absent web-1 LOST"));
        }
    }

    @Test
    void gatewayThatWasHeldUpEvictsNobodyForIt() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link = register(rig, "web-1")) {
            CountDownLatch go = new CountDownLatch(1);
            rig.hold(go);
            // Four times the missed time: less than a backend's patience with a gateway.
            boolean early = go.await(800, java.util.concurrent.TimeUnit.MILLISECONDS);
            assertThat(early).isFalse();
            go.countDown();
            rig.server.peersChanged();
            boolean over = link.awaitOver(Duration.ofMillis(500));
            assertThat(over).isFalse();
            assertThat(rig.events).isEmpty();
            assertThat(rig.server.stats().links()).isOne();
        }
    }

    @Test
    void floodOfRegistrationsIsRefusedBusyAndTheRestCarriesOn() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK.withBounds(100, 4));
                Link before = register(rig, "web-1")) {
            rig.stall();
            List<Socket> flood = new ArrayList<>();
            int busy = 0;
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket(rig.address.getAddress(), rig.address.getPort());
                flood.add(socket);
                try {
                    shake(socket, "w-" + i);
                } catch (IOException cut) {
                    // Refused at the door before it had said all.
                }
            }
            rig.await("refusals", () -> figure(rig, "evenkeel_link_registrations", "busy") >= 4);
            for (Socket socket : flood.subList(4, 8)) {
                InputStream in = socket.getInputStream();
                try {
                    String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    if (answer.isEmpty()) {
                        continue;
                    }
                    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1");
                    busy++;
                } catch (IOException reset) {
                    // Beyond twice the bound there is no answer but the end.
                }
            }
            assertThat(busy).isPositive();
            assertThat(before.links()).isOne();
            assertThat(rig.present).containsKey(LinkRig.key("web-1"));
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void thousandsOfEndpointsShareAProcess() throws Exception {
        int count = 2_500;
        try (LinkRig rig = new LinkRig(LinkSettings.defaults("gw").withBounds(5_000, 5_000))) {
            List<Link> links = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                links.add(Link.register(backend(rig, "web-" + i).build()));
            }
            for (Link link : links) {
                assertThat(link.awaitRegistered(LONG)).as("%s", link.refusal()).isTrue();
            }
            assertThat(rig.server.stats().endpoints()).isEqualTo(count);
            for (Link link : links) {
                link.leave();
            }
            rig.await("all gone", () -> rig.present.isEmpty());
        }
    }

    /** A handshake written by hand; the answer is left unread. */
    private static void shake(Socket socket, String endpoint) throws IOException {
        socket.setSoTimeout(20_000);
        String body =
                "{'service':'shop','workload':'w','endpoint':'%s','address':'127.0.0.1:8080','incarnation':'i1'}"
                        .formatted(endpoint)
                        .replace('\'', '"');
        socket.getOutputStream()
                .write(
                        ("GET /link HTTP/1.1\r\nHost: gw\r\nConnection: Upgrade\r\nUpgrade: evenkeel-link/1\r\n"
                                        + "Content-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body)
                                .getBytes(StandardCharsets.US_ASCII));
    }
}
