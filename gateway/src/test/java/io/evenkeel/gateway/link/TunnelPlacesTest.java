package io.evenkeel.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.model.EndpointKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each loop comes to have a tunnel of each endpoint, whichever accepted it. */
final class TunnelPlacesTest {
    private static final EndpointKey ONE = new EndpointKey("default", "one");
    private static final EndpointKey TWO = new EndpointKey("default", "two");

    private final TunnelPlaces places = new TunnelPlaces();
    private final List<NioLoop> nets = new ArrayList<>();

    private LinkLoop loop() {
        NioLoop net = new NioLoop("places");
        nets.add(net);
        LinkLoop loop = new LinkLoop(net);
        places.add(loop);
        return loop;
    }

    @AfterEach
    void close() {
        nets.forEach(NioLoop::close);
    }

    private TunnelPlaces.Place take(EndpointKey endpoint, LinkLoop here) {
        return Objects.requireNonNull(places.take(endpoint, 1, here, 4));
    }

    @Test
    void tunnelStaysWhereItCameUnlessThatLoopHasOne() {
        LinkLoop a = loop();
        LinkLoop b = loop();
        LinkLoop c = loop();
        assertThat(take(ONE, b).loop()).isSameAs(b);
        assertThat(take(ONE, b).loop()).isSameAs(a);
        assertThat(take(ONE, b).loop()).isSameAs(c);
        assertThat(take(ONE, b).loop()).as("all have one").isSameAs(b);
        assertThat(take(TWO, b).loop()).as("another endpoint's").isSameAs(b);
        assertThat(places.take(ONE, 2, b, 4))
                .as("another incarnation's")
                .extracting(TunnelPlaces.Place::loop)
                .isSameAs(b);
    }

    @Test
    void placeGivenBackIsTakenAgain() {
        LinkLoop a = loop();
        LinkLoop b = loop();
        TunnelPlaces.Place first = take(ONE, a);
        TunnelPlaces.Place second = take(ONE, a);
        assertThat(second.loop()).isSameAs(b);
        places.give(first);
        assertThat(take(ONE, b).loop()).isSameAs(a);
    }

    @Test
    void moreThanThereMayBeGetNone() {
        LinkLoop a = loop();
        assertThat(places.take(ONE, 1, a, 1)).isNotNull();
        assertThat(places.take(ONE, 1, a, 1)).isNull();
    }

    @Test
    void whatALoopWouldNotTakeIsNotCountedThere() {
        LinkLoop a = loop();
        LinkLoop b = loop();
        take(ONE, a);
        TunnelPlaces.Place refused = take(ONE, a);
        assertThat(refused.loop()).isSameAs(b);
        TunnelPlaces.Place here = places.instead(refused, a);
        assertThat(here.loop()).isSameAs(a);
        assertThat(a.tunnels).isEqualTo(2);
        assertThat(b.tunnels).isZero();
        assertThat(take(ONE, a).loop()).as("it still lacks one").isSameAs(b);
    }

    @Test
    void asManyAreWantedAsThereAreLoopsUpToABound() {
        loop();
        assertThat(places.wanted()).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            loop();
        }
        assertThat(places.wanted()).isEqualTo(16);
    }
}
