package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.link.LinkStats;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.epoll.EpollLoop;
import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A5: an endpoint with a tunnel for each loop of its gateway is one endpoint all the same. */
class FurtherTunnelsTest {
    private static final int LOOPS = 4;
    private static final LinkSettings PATIENT =
            LinkSettings.defaults("gw").withHeartbeat(50, 20_000);

    private static LinkRig rig(Transport transport) {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            String name = "rig-" + i;
            loops.add(
                    transport.settled() == Transport.NIO ? new NioLoop(name) : new EpollLoop(name));
        }
        return new LinkRig(PATIENT, loops, 0);
    }

    private static LinkConfig.Builder backend(LinkRig rig) {
        return LinkConfig.tunnelled("shop", "127.0.0.1:9")
                .workload("web-1")
                .endpoint("web-1")
                .gateways(List.of(rig.gateway()));
    }

    private static Link linked(LinkRig rig, LinkConfig.Builder with) throws InterruptedException {
        Link link = Link.register(with.build());
        rig.await("all tunnels", () -> rig.server.stats().furtherTunnels() == LOOPS - 1);
        return link;
    }

    /** One connection by hand; what is answered is left unread. */
    private static Socket dial(LinkRig rig, String more) throws IOException {
        return rig.dialByHand(
                "{'service':'shop','workload':'web-1','endpoint':'web-1','mode':'tunnelled'"
                        + more
                        + "}");
    }

    private static int status(Socket socket) throws IOException {
        String line =
                new String(
                        socket.getInputStream().readNBytes("HTTP/1.1 101".length()),
                        StandardCharsets.US_ASCII);
        return Integer.parseInt(line.substring(9));
    }

    private static List<Double> tunnelsByLoop(LinkRig rig) {
        return rig.server.metrics().stream()
                .filter(family -> family.name().equals("evenkeel_tunnels"))
                .flatMap(family -> family.samples().stream())
                .map(sample -> ((MetricFamily.Value) sample).value())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void everyLoopComesToHaveATunnelAndTheEndpointIsOne(Transport transport) throws Exception {
        AtomicInteger reports = new AtomicInteger();
        try (LinkRig rig = rig(transport);
                Link link =
                        linked(
                                rig,
                                backend(rig)
                                        .load(() -> {
                                            reports.incrementAndGet();
                                            return new LinkMessage.Report(1, -1, -1, -1);
                                        }))) {
            LinkStats stats = rig.server.stats();
            assertThat(stats.links()).isOne();
            assertThat(stats.endpoints()).isOne();
            assertThat(stats.accepted()).isOne();
            assertThat(stats.handshakes()).isZero();
            assertThat(link.links()).isOne();
            assertThat(rig.admissions).as("asked once, as it is one endpoint").hasSize(1);
            assertThat(rig.present).containsOnly(Map.entry(LinkRig.key("web-1"), 1L));
            assertThat(tunnelsByLoop(rig)).containsExactly(1.0, 1.0, 1.0, 1.0);
            int before = reports.get();
            long beats = 10;
            rig.await("beats", () -> reports.get() >= before + beats);
        }
    }

    @Test
    void endpointStaysWhileOneOfItsTunnelsStands() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO)) {
            Socket first = dial(rig, ",'incarnation':'i'");
            assertThat(status(first)).isEqualTo(101);
            rig.await("present", () -> rig.present.containsKey(LinkRig.key("web-1")));
            try (Socket further = dial(rig, ",'incarnation':'i','furtherOf':1")) {
                assertThat(status(further)).isEqualTo(101);
                first.close();
                rig.await("the first is gone", () -> rig.server.stats().links() == 0);
                assertThat(rig.present).containsKey(LinkRig.key("web-1"));
                assertThat(rig.events).isEmpty();
                try (Socket again = dial(rig, ",'incarnation':'i'")) {
                    assertThat(status(again)).isEqualTo(101);
                    assertThat(rig.present).containsEntry(LinkRig.key("web-1"), 1L);
                }
                rig.await("the first is gone", () -> rig.server.stats().links() == 0);
                assertThat(rig.events).isEmpty();
            }
            rig.await("absent", () -> rig.events.contains("absent web-1 LOST"));
            assertThat(rig.events).hasSize(1);
        }
    }

    @Test
    void backendThatDialsAThousandTunnelsGetsThoseAskedForAndAClearAnswer() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO);
                Socket first = dial(rig, ",'incarnation':'i'")) {
            assertThat(status(first)).isEqualTo(101);
            List<Socket> standing = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < 1_000; i++) {
                Socket one = dial(rig, ",'incarnation':'i','furtherOf':1");
                if (status(one) == 101) {
                    standing.add(one);
                    continue;
                }
                String answer =
                        new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .contains("\"code\":\"surplus\"", "\"status\":409")
                        .contains("\"retryAfterMillis\":20000")
                        .contains("one more than 4 (expected: at most those asked for)");
                refused++;
                one.close();
            }
            assertThat(standing).hasSize(LOOPS - 1);
            assertThat(refused).isEqualTo(1_000 - standing.size());
            assertThat(rig.server.stats().furtherTunnels()).isEqualTo(LOOPS - 1);
            assertThat(rig.server.stats().refused().get(LinkError.SURPLUS)).isEqualTo(refused);
            assertThat(rig.admissions).as("the store is not asked").hasSize(1);
            for (Socket one : standing) {
                one.close();
            }
            rig.await("all closed", () -> rig.server.stats().furtherTunnels() == 0);
            rig.await("no handshake is left", () -> rig.server.stats().handshakes() == 0);
            assertThat(rig.present).containsKey(LinkRig.key("web-1"));
            try (Socket more = dial(rig, ",'incarnation':'i','furtherOf':1")) {
                assertThat(status(more)).as("there is room again").isEqualTo(101);
            }
        }
    }

    @Test
    void manyLinksOfOneIncarnationAreBoundedToo() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO)) {
            List<Socket> all = new ArrayList<>();
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Socket one = dial(rig, ",'incarnation':'i'");
                all.add(one);
                answers.add(status(one));
            }
            assertThat(answers.subList(0, 32)).containsOnly(101);
            assertThat(answers.subList(32, 40)).containsOnly(409);
            for (Socket one : all) {
                one.close();
            }
        }
    }

    @Test
    void tunnelOfNoRegistrationThatStandsIsSurplus() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO);
                Socket first = dial(rig, ",'incarnation':'i','credential':'right'")) {
            assertThat(status(first)).isEqualTo(101);
            for (String other :
                    List.of(
                            ",'incarnation':'i','credential':'right','furtherOf':2",
                            ",'incarnation':'j','credential':'right','furtherOf':1",
                            ",'incarnation':'i','credential':'wrong','furtherOf':1",
                            ",'incarnation':'i','furtherOf':1")) {
                try (Socket further = dial(rig, other)) {
                    assertThat(status(further)).as(other).isEqualTo(409);
                }
            }
            try (Socket further =
                    dial(rig, ",'incarnation':'i','credential':'right','furtherOf':1")) {
                assertThat(status(further)).isEqualTo(101);
            }
            assertThat(rig.admissions).hasSize(1);
        }
    }

    @Test
    void drainWithSeveralTunnelsIsOneDrain() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO)) {
            Link link = linked(rig, backend(rig));
            rig.outstanding("web-1", 2);
            CompletableFuture<Link.Drained> drained = link.beginDrain(Duration.ofSeconds(30));
            rig.await("draining", () -> rig.draining.getOrDefault(LinkRig.key("web-1"), false));
            assertThat(drained).isNotDone();
            assertThat(rig.server.stats().furtherTunnels()).isEqualTo(LOOPS - 1);
            rig.outstanding("web-1", 0);
            assertThat(drained.get(20, TimeUnit.SECONDS)).isEqualTo(new Link.Drained(true, 0));
            assertThat(rig.server.stats().backendDrains()).isOne();
            link.close();
            rig.await("goodbye", () -> rig.events.contains("leave web-1"));
            rig.await("all closed", () -> rig.server.stats().furtherTunnels() == 0);
            assertThat(link.awaitOver(Duration.ofSeconds(20))).isTrue();
            assertThat(rig.events).containsExactly("absent web-1 LEFT", "leave web-1");
        }
    }

    @Test
    void newerIncarnationTakesAllTunnelsOfTheOlder() throws Exception {
        try (LinkRig rig = rig(Transport.AUTO);
                Link link = linked(rig, backend(rig))) {
            long accepted = rig.server.stats().accepted();
            try (Socket newer = dial(rig, ",'incarnation':'newer'")) {
                assertThat(status(newer)).isEqualTo(101);
                rig.await("cut", () -> rig.server.stats().furtherTunnels() == 0);
            }
            assertThat(link.awaitOver(Duration.ofSeconds(20))).as("replaced: it ends").isTrue();
            assertThat(Objects.requireNonNull(link.refusal()).code()).isEqualTo("replaced");
            assertThat(rig.server.stats().accepted()).isEqualTo(accepted + 1);
        }
    }
}
