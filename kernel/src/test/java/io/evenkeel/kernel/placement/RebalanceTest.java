package io.evenkeel.kernel.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebalanceTest {
    private static final int CORES = 8_000;
    private static final int MEMORY = 16_384;

    private static HostKey key(String name) {
        return new HostKey("default", name);
    }

    private static Guest guest(String name) {
        return guest(name, "", "");
    }

    private static Guest guest(String name, String together, String apart) {
        return new Guest(name, 1_000, 2_048, 0, new TreeMap<>(), together, apart);
    }

    /** Whose machines use all the memory that they were given, and half the processor. */
    private static HostFigures host(String name, Guest... guests) {
        return host(name, true, 0, guests);
    }

    private static HostFigures host(String name, boolean online, int promised, Guest... guests) {
        return new HostFigures(
                key(name),
                online,
                CORES,
                MEMORY,
                guests.length * 500,
                guests.length * 2_048,
                1_000,
                new TreeMap<>(Map.of("zone", name)),
                List.of(guests),
                promised);
    }

    private static List<Rebalance.Move> moves(HostFigures... hosts) {
        return new Rebalance(PlacementSettings.DEFAULT, List.of(hosts), Set.of(), Set.of()).moves();
    }

    private static List<String> words(List<Rebalance.Move> moves) {
        return moves.stream()
                .map(move ->
                        move.guest().name() + " " + move.from().name() + ">" + move.to().name())
                .toList();
    }

    @Test
    void fullestHostGivesToTheEmptiest() {
        HostFigures full = host("a", guest("1"), guest("2"), guest("3"), guest("4"), guest("5"));
        List<Rebalance.Move> moves = moves(full, host("b", guest("6")), host("c"));
        assertThat(words(moves)).containsExactly("1 a>c", "2 a>b");
        // 5 of 8 memory, 5 halves of 8 cores: (2 * 625 + 312) / 3.
        assertThat(moves.getFirst().fromBefore()).isEqualTo(520);
        assertThat(moves.getFirst().fromAfter()).isEqualTo(416);
        assertThat(moves.getFirst().toBefore()).isZero();
        assertThat(moves.getFirst().toAfter()).isEqualTo(104);
        assertThat(moves.getFirst().gain()).isEqualTo(104);
    }

    @Test
    void hostsThatAreUsedAlikeStayAsTheyAre() {
        assertThat(moves(host("a", guest("1"), guest("2")), host("b", guest("3")))).isEmpty();
        assertThat(moves(host("a", guest("1")), host("b"))).isEmpty();
        assertThat(moves(host("a", guest("1"), guest("2"), guest("3")))).isEmpty();
        assertThat(moves()).isEmpty();
    }

    @Test
    void rulesOfPlacementHold() {
        Guest[] many = {guest("1"), guest("2"), guest("3"), guest("4")};
        assertThat(moves(host("a", many), host("b", false, 0))).isEmpty();
        Guest labelled =
                new Guest("l", 1_000, 2_048, 0, new TreeMap<>(Map.of("zone", "a")), "", "");
        assertThat(words(moves(host("a", labelled, guest("2"), guest("3")), host("b"))))
                .containsExactly("2 a>b");
        assertThat(
                        words(
                                moves(
                                        host("a", guest("1", "", "x"), guest("2"), guest("3")),
                                        host("b", guest("4", "", "x")),
                                        host("c", guest("5"), guest("6"), guest("7")))))
                .doesNotContain("1 a>b");
        // Machines that belong together are left together.
        Guest[] pair = {guest("1", "p", ""), guest("2", "p", ""), guest("3", "p", "")};
        assertThat(moves(host("a", pair), host("b"))).isEmpty();
        assertThat(words(moves(host("a", guest("1", "p", ""), guest("2"), guest("3")), host("b"))))
                .containsExactly("1 a>b");
    }

    @Test
    void whatIsPromisedOrUnderWayIsLeftAlone() {
        Guest[] many = {guest("1"), guest("2"), guest("3"), guest("4")};
        assertThat(moves(host("a", true, 4, many), host("b"))).isEmpty();
        assertThat(
                        words(
                                new Rebalance(
                                                PlacementSettings.DEFAULT,
                                                List.of(host("a", many), host("b")),
                                                Set.of("1", "2"),
                                                Set.of())
                                        .moves()))
                .containsExactly("3 a>b", "4 a>b");
    }

    @Test
    void whatIsOnTheMoveCountsWhereItComesTo() {
        Guest[] many = {guest("1"), guest("2"), guest("3"), guest("4")};
        HostFigures empty =
                new HostFigures(
                        key("b"),
                        true,
                        CORES,
                        MEMORY,
                        0,
                        0,
                        0,
                        new TreeMap<>(),
                        List.of(guest("1")),
                        1);
        Rebalance one =
                new Rebalance(
                        PlacementSettings.DEFAULT,
                        List.of(host("a", many), empty),
                        Set.of(),
                        Set.of("1"));
        assertThat(words(one.moves())).containsExactly("2 a>b");
    }

    @Test
    void noMoreLeaveAHostThanMay() {
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            guests.add(guest("g" + i));
        }
        HostFigures full = host("a", guests.toArray(Guest[]::new));
        assertThat(moves(full, host("b"), host("c"), host("d"))).hasSize(2);
    }

    /** Whatever the figures are, hosts become more alike, and stay so. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void endsWhereNothingIsWorthAMove(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, List<Guest>> at = new TreeMap<>();
        Map<String, int[]> loads = new HashMap<>();
        for (int h = 0; h < 6; h++) {
            at.put("h" + h, new ArrayList<>());
        }
        for (int g = 0; g < 40; g++) {
            Guest guest =
                    new Guest(
                            "g" + g,
                            1_000 * (1 + random.nextInt(3)),
                            256 * (1 + random.nextInt(8)),
                            0,
                            new TreeMap<>(),
                            "",
                            random.nextInt(4) == 0 ? "x" + random.nextInt(8) : "");
            String host = "h" + random.nextInt(random.nextBoolean() ? 2 : 6);
            boolean full =
                    at.getOrDefault(host, List.of()).stream().mapToInt(Guest::memoryMebibytes).sum()
                                    + guest.memoryMebibytes()
                            > MEMORY;
            if (!full) {
                at.computeIfPresent(host, (_, guests) -> with(guests, guest));
                loads.put(
                        guest.name(),
                        new int[] {
                            random.nextInt(guest.milliCores()),
                            128 + random.nextInt(guest.memoryMebibytes() - 127)
                        });
            }
        }
        int before = fullest(at, loads);
        int rounds = 0;
        List<Rebalance.Move> moves = planned(at, loads);
        while (!moves.isEmpty() && rounds++ < 40) {
            for (Rebalance.Move move : moves) {
                assertThat(move.gain()).isGreaterThanOrEqualTo(Rebalance.LEAST_GAIN);
                assertThat(at.getOrDefault(move.to().name(), List.of()))
                        .as("seed %d: %s", seed, move)
                        .noneMatch(there ->
                                !there.apart().isEmpty()
                                        && there.apart().equals(move.guest().apart()));
                at.computeIfPresent(
                        move.from().name(), (_, guests) -> without(guests, move.guest()));
                at.computeIfPresent(move.to().name(), (_, guests) -> with(guests, move.guest()));
            }
            moves = planned(at, loads);
        }
        assertThat(rounds).as("seed %d: it ends", seed).isLessThan(40);
        assertThat(fullest(at, loads)).as("seed %d", seed).isLessThanOrEqualTo(before);
    }

    private static List<Guest> with(List<Guest> guests, Guest one) {
        List<Guest> more = new ArrayList<>(guests);
        more.add(one);
        return more;
    }

    private static List<Guest> without(List<Guest> guests, Guest one) {
        List<Guest> fewer = new ArrayList<>(guests);
        fewer.remove(one);
        return fewer;
    }

    private static Collection<HostFigures> figures(
            Map<String, List<Guest>> at, Map<String, int[]> loads) {
        List<HostFigures> figures = new ArrayList<>();
        at.forEach((host, guests) -> {
            int cores = 0;
            int memory = 0;
            for (Guest guest : guests) {
                int[] load = loads.getOrDefault(guest.name(), new int[2]);
                cores += load[0];
                memory += load[1];
            }
            figures.add(
                    new HostFigures(
                            key(host),
                            true,
                            CORES * 4,
                            MEMORY * 2,
                            cores,
                            memory,
                            0,
                            new TreeMap<>(),
                            guests,
                            0));
        });
        return figures;
    }

    private static List<Rebalance.Move> planned(
            Map<String, List<Guest>> at, Map<String, int[]> loads) {
        return new Rebalance(PlacementSettings.DEFAULT, figures(at, loads), Set.of(), Set.of())
                .moves();
    }

    private static int fullest(Map<String, List<Guest>> at, Map<String, int[]> loads) {
        return new Placement(PlacementSettings.DEFAULT, figures(at, loads))
                .ranking().stream().mapToInt(Ranked::score).max().orElse(0);
    }
}
