package io.evenkeel.kernel.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final PlacementSettings SETTINGS = PlacementSettings.DEFAULT;

    private static Guest guest(String name) {
        return guest(name, 0, "", "");
    }

    private static Guest guest(String name, int priority, String together, String apart) {
        return new Guest(name, 1000, 1024, priority, new TreeMap<>(), together, apart);
    }

    private static HostKey key(String name) {
        return new HostKey("default", name);
    }

    /** 8 cores and 16 GiB, of which as much is used. */
    private static HostFigures host(String name, int usedPercent, Guest... guests) {
        return new HostFigures(
                key(name),
                true,
                8000,
                16_384,
                80 * usedPercent,
                16_384 * usedPercent / 100,
                1000,
                new TreeMap<>(Map.of("zone", name.substring(0, 1))),
                List.of(guests),
                0);
    }

    private static List<String> targets(List<Placed> placed) {
        return placed.stream().map(p -> p.host().map(HostKey::name).orElse("-")).toList();
    }

    @Test
    void leastUsedHostIsFirstAndGetsTheMachine() {
        Placement placement =
                new Placement(SETTINGS, List.of(host("a", 50), host("b", 20), host("c", 30)));
        assertThat(placement.ranking())
                .extracting(r -> r.host().name())
                .containsExactly("b", "c", "a");
        Placed placed = placement.place(List.of(guest("v"))).getFirst();
        assertThat(placed.host()).contains(key("b"));
        assertThat(placed.turnedDown())
                .containsExactly(new Placed.TurnedDown(Fit.FITS, 2, key("c")));
    }

    @Test
    void scoreIsTheScarcerShareTwiceAndTheOtherOnce() {
        // 2000 + 1000 of 8000 cores, 1024 + 1024 of 16384 MiB: 375 and 125 per mille.
        HostFigures figures =
                new HostFigures(
                        key("a"), true, 8000, 16_384, 2000, 1024, 0, new TreeMap<>(), List.of(), 0);
        Placed placed =
                new Placement(SETTINGS, List.of(figures)).place(List.of(guest("v"))).getFirst();
        assertThat(placed.score()).isEqualTo((2 * 375 + 125) / 3);
    }

    @Test
    void machinesOfOneHostAreSpread() {
        List<HostFigures> hosts = List.of(host("a", 0), host("b", 5), host("c", 10));
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            guests.add(guest("v" + i));
        }
        Map<String, Integer> counts = new TreeMap<>();
        targets(new Placement(SETTINGS, hosts).place(guests))
                .forEach(host -> counts.merge(host, 1, Integer::sum));
        assertThat(counts.values()).allMatch(count -> count >= 2 && count <= 4);
    }

    @Test
    void promisesCountThoughTheyAreNotMeasured() {
        HostFigures measured = host("a", 0, guest("x"), guest("y"));
        HostFigures promised =
                new HostFigures(
                        key("b"),
                        true,
                        8000,
                        16_384,
                        0,
                        0,
                        0,
                        new TreeMap<>(),
                        List.of(guest("x"), guest("y")),
                        2);
        assertThat(
                        targets(
                                new Placement(SETTINGS, List.of(promised, measured))
                                        .place(List.of(guest("v")))))
                .containsExactly("a");
    }

    @Test
    void greaterPriorityGetsTheRoomThatThereIs() {
        HostFigures full = host("a", 90);
        List<Placed> placed =
                new Placement(SETTINGS, List.of(full))
                        .place(List.of(guest("low", 1, "", ""), guest("high", 9, "", "")));
        assertThat(placed)
                .extracting(p -> p.guest().name(), p -> p.host().isPresent())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("high", true),
                        org.assertj.core.groups.Tuple.tuple("low", false));
        assertThat(placed.getLast().turnedDown())
                .containsExactly(new Placed.TurnedDown(Fit.MEMORY, 1, key("a")));
    }

    @Test
    void eachReasonForWhichAHostIsOutIsSaid() {
        Guest asks = new Guest("v", 1000, 1024, 0, new TreeMap<>(Map.of("zone", "z")), "", "web");
        HostFigures away = host("z1", 0);
        HostFigures offline =
                new HostFigures(away.host(), false, 1, 1, 0, 0, 0, away.labels(), List.of(), 0);
        HostFigures old =
                new HostFigures(
                        key("z2"), true, 8000, 16_384, 0, 0, 61_000, away.labels(), List.of(), 0);
        HostFigures busy =
                new HostFigures(key("z5"), true, 200, 16_384, 0, 0, 0, away.labels(), List.of(), 0);
        List<HostFigures> hosts =
                List.of(
                        offline,
                        old,
                        host("z3", 0, guest("w", 0, "", "web")),
                        host("z4", 99),
                        busy,
                        host("y1", 0));
        Placement placement = new Placement(SETTINGS, hosts);
        assertThat(placement.explain(asks))
                .extracting(e -> e.host().name(), Placement.Explained::fit)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("y1", Fit.LABEL),
                        org.assertj.core.groups.Tuple.tuple("z1", Fit.OFFLINE),
                        org.assertj.core.groups.Tuple.tuple("z2", Fit.OLD_FIGURES),
                        org.assertj.core.groups.Tuple.tuple("z3", Fit.APART),
                        org.assertj.core.groups.Tuple.tuple("z4", Fit.MEMORY),
                        org.assertj.core.groups.Tuple.tuple("z5", Fit.PROCESSOR));
        assertThat(placement.place(List.of(asks)).getFirst().host()).isEqualTo(Optional.empty());
    }

    @Test
    void machinesThatAreToBeApartAreAlsoKeptApartFromOneAnother() {
        List<Placed> placed =
                new Placement(SETTINGS, List.of(host("a", 0), host("b", 80)))
                        .place(
                                List.of(
                                        guest("v1", 0, "", "web"),
                                        guest("v2", 0, "", "web"),
                                        guest("v3", 0, "", "web")));
        assertThat(targets(placed)).containsExactly("a", "b", "-");
    }

    @Test
    void machinesThatBelongTogetherFollowTheFirst() {
        List<Placed> placed =
                new Placement(SETTINGS, List.of(host("a", 0), host("b", 0)))
                        .place(
                                List.of(
                                        guest("v1", 0, "app", ""),
                                        guest("v2", 0, "app", ""),
                                        guest("v3", 0, "app", "")));
        assertThat(targets(placed)).containsExactly("a", "a", "a");
    }

    @Test
    void orderOfTheFiguresDoesNotMatter() {
        List<HostFigures> hosts = new ArrayList<>();
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            hosts.add(host("h" + i, i % 3 * 10));
            guests.add(guest("v" + i, i % 2, "", i % 4 == 0 ? "web" : ""));
        }
        List<Placed> expected = new Placement(SETTINGS, hosts).place(guests);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(hosts, new Random(seed));
            Collections.shuffle(guests, new Random(seed));
            assertThat(new Placement(SETTINGS, hosts).place(guests)).isEqualTo(expected);
        }
    }

    @Test
    void hostWhoseMachinesFitNowhereElseIsNotToBeLost() {
        Guest large = new Guest("large", 1000, 14_000, 0, new TreeMap<>(), "", "");
        Placement placement =
                new Placement(
                        SETTINGS,
                        List.of(host("a", 90, large), host("b", 50, guest("v")), host("c", 50)));
        assertThat(placement.losses())
                .containsExactly(new Placement.Loss(key("a"), List.of(large)));
        // It was a question.
        assertThat(placement.losses())
                .containsExactly(new Placement.Loss(key("a"), List.of(large)));
    }

    @Test
    void everySettingOutOfRangeIsNamed() {
        assertThatThrownBy(() -> new PlacementSettings(Duration.ZERO, 99, -1, 17))
                .hasMessageContaining("oldest-figures: PT0S")
                .hasMessageContaining("overcommit: 99")
                .hasMessageContaining("spread: -1")
                .hasMessageContaining("leaving: 17");
    }

    @Test
    void machineWithItsDisksInAFolderRunsOnThatHostOrNowhere() {
        Guest there = bound("v", "b");
        Placement placement =
                new Placement(SETTINGS, List.of(host("a", 0), host("b", 80, there), host("c", 0)));
        assertThat(targets(placement.place(List.of(there)))).containsExactly("b");
        // And it is lost with it.
        assertThat(placement.losses())
                .containsExactly(new Placement.Loss(key("b"), List.of(there)));
        Placed full =
                new Placement(SETTINGS, List.of(host("a", 0), host("b", 100), host("c", 0)))
                        .place(List.of(there))
                        .getFirst();
        assertThat(full.host()).isEmpty();
        assertThat(full.turnedDown())
                .containsExactly(
                        new Placed.TurnedDown(Fit.DISKS, 2, key("a")),
                        new Placed.TurnedDown(Fit.MEMORY, 1, key("b")));
        assertThat(targets(placement.place(List.of(bound("w", "a", "b"))))).containsExactly("-");
    }

    private static Guest bound(String name, String... hosts) {
        return new Guest(name, 1000, 1024, 0, new TreeMap<>(), "", "", List.of(hosts));
    }
}
