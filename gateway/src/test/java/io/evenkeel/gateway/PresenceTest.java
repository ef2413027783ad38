package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.ServiceKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A9, X1: how a gateway among several reaches an endpoint, as images and links come. */
final class PresenceTest {
    private static final String SELF = "gw-1";
    private static final String ID = "web-1";
    private static final long GRACE = Duration.ofSeconds(10).toNanos();

    private final List<Node> unused = new ArrayList<>();
    private long now = 1_000_000;
    private long attended;
    private final ServiceTable table =
            new ServiceTable(
                    GatewaySettings.of(
                                    SELF,
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .withGrace(Duration.ofNanos(GRACE)),
                    List.of(new LoopObserver(0, new RequestIds(1), 0, AccessLog.none())),
                    () -> now,
                    new Departures() {
                        @Override
                        public void unused(Node node) {
                            unused.add(node);
                        }

                        @Override
                        public void drains(Node node, long nanos) {}
                    },
                    new HealthWatch() {
                        @Override
                        public void check(ServiceState s, EndpointState e, HealthCheck how) {}

                        @Override
                        public void forget(ServiceState service, Node node) {}
                    });
    private final Site site = new Site(this::publish);

    private void publish(ImageDelta delta) {
        table.apply(delta);
    }

    /** Serves for long: who comes now has no time to dial again. */
    private void started() {
        site.assignService("other", AdminState.READY).living("gw-1", "gw-2", "gw-3");
        table.begin();
        passes(GRACE);
    }

    private void passes(long nanos) {
        attended += nanos;
        standsStill(nanos);
    }

    private void standsStill(long nanos) {
        now += nanos;
        table.endGrace(attended);
    }

    private void addressed() {
        site.linked(ProxySuite.SERVICE, ID, "10.0.0.1:80");
    }

    private void tunnelled() {
        site.linked(ProxySuite.SERVICE, ID, "web-1.tunnel.invalid:1");
    }

    private void link() {
        table.present(key(), site.epoch(ID));
    }

    private void lose(boolean released) {
        table.absent(key(), site.epoch(ID), released);
    }

    private static EndpointKey key() {
        return new EndpointKey("default", ID);
    }

    private Presence presence() {
        return presence(ID);
    }

    private Presence presence(String id) {
        ServiceState state =
                Objects.requireNonNull(table.find(new ServiceKey("default", ProxySuite.SERVICE)));
        Presence believed = Objects.requireNonNull(state.endpoints.get(id)).presence;
        // What the table believes is what the queue picks by.
        boolean absent =
                state.queue().snapshot().entries().stream()
                        .filter(entry -> entry.endpoint().equals(id))
                        .anyMatch(entry -> entry.eligibility().toString().contains("ABSENT"));
        assertThat(absent).isEqualTo(believed == Presence.ABSENT);
        return believed;
    }

    @Test
    void markOfAnotherGatewayMakesAnAddressedEndpointPresent() {
        started();
        addressed();
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.marks(ID, "gw-2");
        assertThat(presence()).isEqualTo(Presence.PRESENT);
    }

    @Test
    void ownMarksAreNobodysWord() {
        started();
        addressed();
        site.marks(ID, SELF);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.marks(ID);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.living().marks(ID, SELF).marks(ID);
        assertThat(presence()).as("nor is the end of them").isEqualTo(Presence.ABSENT);
    }

    @Test
    void markThatIsTakenAwayByALivingGatewayEndsItAtOnce() {
        started();
        addressed();
        site.marks(ID, "gw-2", "gw-3").marks(ID, "gw-3");
        assertThat(presence()).as("one still reaches it").isEqualTo(Presence.PRESENT);
        assertThat(unused).isEmpty();
        site.marks(ID, SELF);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        assertThat(unused).as("its idle connections go").hasSize(1);
    }

    @Test
    void deadGatewayTakesNoEndpointWithItForTheGraceTime() {
        started();
        addressed();
        site.marks(ID, "gw-2");
        passes(GRACE);
        site.living(SELF, "gw-3").marks(ID);
        assertThat(presence()).isEqualTo(Presence.GRACE);
        passes(GRACE - 1);
        assertThat(presence()).isEqualTo(Presence.GRACE);
        passes(1);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.marks(ID, "gw-3");
        assertThat(presence()).as("it was found by another").isEqualTo(Presence.PRESENT);
    }

    @Test
    void timeToDialDoesNotPassWhileTheGatewayItselfStandsStill() {
        started();
        addressed();
        site.marks(ID, "gw-2").living(SELF, "gw-3").marks(ID);
        standsStill(10 * GRACE);
        assertThat(presence()).isEqualTo(Presence.GRACE);
        passes(GRACE);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void orphanThatAnotherGatewayReachesMeanwhileStays() {
        started();
        addressed();
        site.marks(ID, "gw-2").living(SELF, "gw-3").marks(ID).marks(ID, "gw-3");
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        passes(GRACE);
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        site.marks(ID);
        assertThat(presence()).as("and goes by its word").isEqualTo(Presence.ABSENT);
    }

    @Test
    void orphanThatDialsHereIsPresentByItsLink() {
        started();
        addressed();
        site.marks(ID, "gw-2").living(SELF).marks(ID);
        link();
        passes(GRACE);
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        lose(false);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void graceOfEachOrphanEndsByItself() {
        started();
        addressed();
        site.linked(ProxySuite.SERVICE, "web-2", "10.0.0.2:80");
        site.marks("web-2", "gw-3").marks(ID, "gw-2");
        site.living(SELF, "gw-3").marks(ID);
        passes(GRACE / 2);
        site.living(SELF).marks("web-2");
        passes(GRACE / 2);
        assertThat(presence(ID)).isEqualTo(Presence.ABSENT);
        assertThat(presence("web-2")).isEqualTo(Presence.GRACE);
        passes(GRACE / 2);
        assertThat(presence("web-2")).isEqualTo(Presence.ABSENT);
    }

    @Test
    void linkLostHereCountsMoreThanWhatOthersSay() {
        started();
        addressed();
        site.marks(ID, SELF, "gw-2");
        link();
        lose(false);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.marks(ID, "gw-2", "gw-3");
        assertThat(presence()).as("also when more say so").isEqualTo(Presence.ABSENT);
        site.assign(ID, AdminState.READY);
        assertThat(presence()).as("whatever else changes").isEqualTo(Presence.ABSENT);
        link();
        assertThat(presence()).isEqualTo(Presence.PRESENT);
    }

    @Test
    void linkThatWasLostBeforeAnImageShowsTheEndpointWasLostAllTheSame() {
        started();
        site.linked(ProxySuite.SERVICE, "web-0", "10.0.0.2:80");
        long epoch = site.epoch("web-0") + 2;
        table.present(key(), epoch);
        table.absent(key(), epoch, false);
        addressed();
        assertThat(site.epoch(ID)).isEqualTo(epoch);
        // Of a gateway that has not noticed yet, or whose store does not hear that it has.
        site.marks(ID, "gw-2");
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        addressed();
        site.marks(ID, "gw-2");
        assertThat(presence()).as("the next incarnation").isEqualTo(Presence.PRESENT);
    }

    @Test
    void linkGivenUpForOthersIsNoFailure() {
        started();
        addressed();
        link();
        site.marks(ID, SELF, "gw-2");
        lose(true);
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        site.marks(ID);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void linkGivenUpBeforeTheOthersWordIsHereGetsTimeForIt() {
        started();
        addressed();
        link();
        lose(true);
        assertThat(presence()).isEqualTo(Presence.GRACE);
        passes(GRACE);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void newIncarnationBeginsAnewAndMarksOfTheOlderCountForNothing() {
        started();
        addressed();
        long older = site.epoch(ID);
        link();
        lose(false);
        addressed();
        assertThat(site.epoch(ID)).isGreaterThan(older);
        site.marks(ID, older, "gw-2");
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.marks(ID, "gw-2");
        assertThat(presence()).as("what failed was the older").isEqualTo(Presence.PRESENT);
        site.living(SELF).marks(ID, older, "gw-3");
        assertThat(presence()).isEqualTo(Presence.GRACE);
    }

    @Test
    void tunnelOfAnotherGatewayLeadsNowhereFromHere() {
        started();
        tunnelled();
        site.marks(ID, "gw-2");
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        site.living(SELF).marks(ID);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
        link();
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        lose(true);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void afterTheStartEndpointsHaveTheirTimeFromTheMomentOfServing() {
        addressed();
        now += GRACE;
        table.begin();
        passes(GRACE - 1);
        assertThat(presence()).isEqualTo(Presence.GRACE);
        passes(1);
        assertThat(presence()).isEqualTo(Presence.ABSENT);
    }

    @Test
    void afterTheStartAMarkIsWorthMoreThanTheGrace() {
        addressed();
        site.living("gw-2").marks(ID, "gw-2");
        table.begin();
        assertThat(presence()).isEqualTo(Presence.PRESENT);
        passes(GRACE);
        assertThat(presence()).isEqualTo(Presence.PRESENT);
    }
}
