package io.evenkeel.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.link.GatewayChoice.Held;
import io.evenkeel.link.GatewayChoice.Plan;
import io.evenkeel.link.GatewayChoice.Standing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A9: which gateways a backend holds links with. */
class GatewayChoiceTest {
    private static final int MOST = 8;

    private static List<String> gateways(int count) {
        return IntStream.range(0, count).mapToObj(i -> "10.0.0." + i + ":7081").toList();
    }

    /** One backend and gateways that do what they are asked at once, unless they are down. */
    private static final class World {
        final GatewayChoice choice;
        final Map<String, Standing> held = new LinkedHashMap<>();
        final Map<String, String> aliases = new LinkedHashMap<>();
        final Set<String> down = new LinkedHashSet<>();
        List<String> named;
        long now;
        int mostAtOnce;

        World(String backend, List<String> configured, List<String> named) {
            choice = new GatewayChoice(backend, configured, MOST);
            this.named = named;
        }

        private Plan plan() {
            List<Held> all = new ArrayList<>();
            held.forEach((address, standing) -> all.add(new Held(address, standing)));
            return choice.plan(now, all);
        }

        /** Until nothing more is to be done, at most so many steps. */
        World settle() {
            for (int i = 0; i < 200; i++) {
                Plan plan = plan();
                boolean quiet = plan.drop().isEmpty() && plan.release().isEmpty();
                plan.drop().forEach(held::remove);
                plan.release().forEach(held::remove);
                plan.dial().forEach(address -> held.put(address, Standing.WAITING));
                mostAtOnce = Math.max(mostAtOnce, held.size());
                for (String address : List.copyOf(held.keySet())) {
                    if (held.get(address) == Standing.WAITING) {
                        answer(address);
                    }
                }
                if (quiet && plan.dial().isEmpty() && !held.containsValue(Standing.WAITING)) {
                    break;
                }
            }
            return this;
        }

        private void answer(String address) {
            String name = aliases.getOrDefault(address, address);
            if (down.contains(name)) {
                choice.failed(address, now);
                return;
            }
            held.put(address, Standing.LINKED);
            choice.stood(address);
            tell(address);
        }

        private void tell(String address) {
            List<String> peers = new ArrayList<>(named);
            String name = aliases.getOrDefault(address, address);
            peers.remove(name);
            peers.add(0, name);
            choice.told(address, peers);
        }

        void names(List<String> gateways) {
            named = gateways;
            held.forEach((address, standing) -> {
                if (standing == Standing.LINKED) {
                    tell(address);
                }
            });
        }

        /** Its links break, and it is not there to be dialled. */
        void dies(String gateway) {
            down.add(gateway);
            held.replaceAll(
                    (address, standing) -> address.equals(gateway) ? Standing.WAITING : standing);
        }

        Set<String> linked() {
            Set<String> linked = new LinkedHashSet<>();
            held.forEach((address, standing) -> {
                if (standing == Standing.LINKED) {
                    linked.add(address);
                }
            });
            return linked;
        }
    }

    private static World world(String backend, int count) {
        List<String> all = gateways(count);
        return new World(backend, all.subList(0, 1), all).settle();
    }

    @Test
    void upToEightGatewaysAreAllLinked() {
        for (int count = 1; count <= MOST; count++) {
            assertThat(world("shop-1", count).linked())
                    .containsExactlyInAnyOrderElementsOf(gateways(count));
        }
    }

    @Test
    void ofMoreEightAreLinkedAndNeverMoreThanOneBesidesThem() {
        World world = world("shop-1", 20);
        assertThat(world.linked()).hasSize(MOST);
        assertThat(world.mostAtOnce).isLessThanOrEqualTo(MOST + 1);
    }

    @Test
    void whoWasDialledFirstMakesNoDifference() {
        List<String> all = gateways(20);
        Set<String> one = new World("shop-1", all.subList(0, 1), all).settle().linked();
        Set<String> other = new World("shop-1", all.subList(19, 20), all).settle().linked();
        assertThat(one).containsExactlyInAnyOrderElementsOf(other);
    }

    @Test
    void backendsSpreadEvenlyOverGateways() {
        int[] links = new int[20];
        int backends = 2_000;
        for (int i = 0; i < backends; i++) {
            for (String gateway : world("default/shop-" + i, links.length).linked()) {
                links[gateways(links.length).indexOf(gateway)]++;
            }
        }
        // 800 each; four standard deviations of a fair draw are 88.
        int even = backends * MOST / links.length;
        assertThat(Arrays.stream(links).min().orElse(0)).isGreaterThan(even - 88);
        assertThat(Arrays.stream(links).max().orElse(0)).isLessThan(even + 88);
    }

    @Test
    void gatewayThatJoinsTakesOneLinkOfThoseThatWantItAndMovesNoOther() {
        List<String> all = gateways(21);
        String joins = all.get(20);
        int moved = 0;
        for (int i = 0; i < 500; i++) {
            World world = world("shop-" + i, 20);
            Set<String> before = world.linked();
            world.names(all);
            Set<String> after = world.settle().linked();
            if (after.contains(joins)) {
                moved++;
                after.remove(joins);
                assertThat(before).containsAll(after).hasSize(MOST);
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
        // 8 of 21 of 500 are 190.
        assertThat(moved).isBetween(145, 235);
    }

    @Test
    void gatewayThatLeavesIsReplacedByOneWhereItWasLinkedAndNowhereElse() {
        List<String> all = gateways(20);
        String leaves = all.get(7);
        for (int i = 0; i < 200; i++) {
            World world = world("shop-" + i, 20);
            Set<String> before = world.linked();
            world.dies(leaves);
            world.names(all.stream().filter(one -> !one.equals(leaves)).toList());
            Set<String> after = world.settle().linked();
            assertThat(after).hasSize(MOST).doesNotContain(leaves);
            before.remove(leaves);
            assertThat(after).containsAll(before);
        }
    }

    @Test
    void gatewayThatDoesNotAnswerGivesItsPlaceToTheNextForAWhile() {
        World world = world("shop-1", 20);
        String lost = world.linked().iterator().next();
        world.dies(lost);
        assertThat(world.settle().linked()).hasSize(MOST).doesNotContain(lost);
        assertThat(world.held).as("nobody dials it meanwhile").doesNotContainKey(lost);
        world.down.clear();
        assertThat(world.settle().linked()).doesNotContain(lost);
        assertThat(world.choice.nextLook()).isEqualTo(GatewayChoice.AVOID_NANOS);
        world.now = GatewayChoice.AVOID_NANOS;
        assertThat(world.settle().linked()).hasSize(MOST).contains(lost);
        assertThat(world.choice.nextLook()).isEqualTo(Long.MAX_VALUE);
    }

    /** It would take the backend for gone, whatever others say. */
    @Test
    void gatewayThatLostALinkHearsOnceMoreOfABackendThatServesElsewhereByThen() {
        World world = world("shop-1", 20);
        String best = world.linked().iterator().next();
        world.dies(best);
        Set<String> others = world.settle().linked();
        String instead =
                others.stream()
                        .filter(one -> !world("shop-1", 20).linked().contains(one))
                        .findFirst()
                        .orElseThrow();
        world.down.clear();
        world.now = GatewayChoice.AVOID_NANOS;
        world.held.put(instead, Standing.WAITING);
        world.choice.lost(instead);
        assertThat(world.plan().dial()).contains(best);
        assertThat(world.plan().drop()).as("dialled until it stands").doesNotContain(instead);
        world.held.remove(instead);
        assertThat(world.plan().dial()).contains(instead);
        assertThat(world.settle().linked()).contains(best).doesNotContain(instead);
        assertThat(world.plan().dial()).as("told once").isEmpty();
    }

    @Test
    void gatewayThatNobodyNamesForAWhileHearsOnceMoreAllTheSame() {
        World world = world("shop-1", 20);
        String other =
                gateways(20).stream()
                        .filter(one -> !world.linked().contains(one))
                        .filter(one -> !one.equals(gateways(20).get(0)))
                        .findFirst()
                        .orElseThrow();
        world.choice.lost(other);
        List<String> without = new ArrayList<>(gateways(20));
        without.remove(other);
        world.names(without);
        assertThat(world.settle().plan().dial()).isEmpty();
        world.names(gateways(20));
        assertThat(world.plan().dial()).containsExactly(other);
        assertThat(world.settle().linked()).hasSize(MOST).doesNotContain(other);
        assertThat(world.plan().dial()).as("told once").isEmpty();
    }

    @Test
    void gatewayThatDoesNotAnswerIsDialledOnWhereThereIsNoOther() {
        List<String> all = gateways(3);
        World world = world("shop-1", 3);
        world.dies(all.get(1));
        world.settle();
        assertThat(world.held).containsEntry(all.get(1), Standing.WAITING);
    }

    @Test
    void learntGatewaysAreDialledWhenAllThatWereConfiguredAreGone() {
        List<String> all = gateways(3);
        World world = world("shop-1", 3);
        all.forEach(world::dies);
        world.settle();
        assertThat(world.held.keySet()).containsExactlyInAnyOrderElementsOf(all);
        world.down.remove(all.get(2));
        assertThat(world.settle().linked()).containsExactly(all.get(2));
    }

    @Test
    void whatNoGatewayNamesAnyMoreIsDroppedUnlessItAnswersOrIsConfigured() {
        List<String> all = gateways(4);
        World world = world("shop-1", 4);
        world.dies(all.get(0));
        world.dies(all.get(1));
        world.names(all.subList(2, 3));
        world.settle();
        assertThat(world.held)
                .as("configured: dialled; silent and learnt: not; unnamed, but it answers: kept")
                .containsOnly(
                        Map.entry(all.get(0), Standing.WAITING),
                        Map.entry(all.get(2), Standing.LINKED),
                        Map.entry(all.get(3), Standing.LINKED));
    }

    @Test
    void gatewayByTwoAddressesIsLinkedOnce() {
        List<String> all = gateways(3);
        World world = new World("shop-1", List.of("gw.example:7081", all.get(1)), all);
        world.aliases.put("gw.example:7081", all.get(0));
        assertThat(world.settle().linked())
                .containsExactlyInAnyOrder("gw.example:7081", all.get(1), all.get(2));
        // Both at once, as two configured names of one gateway are.
        World twins = new World("shop-1", List.of("a.example:7081", "b.example:7081"), all);
        twins.aliases.put("a.example:7081", all.get(0));
        twins.aliases.put("b.example:7081", all.get(0));
        assertThat(twins.settle().linked()).hasSize(3).containsAll(all.subList(1, 3));
    }

    @Test
    void addressThatWasConfiguredAndIsNotAmongTheEightIsNotDialledAgainAndAgain() {
        List<String> all = gateways(40);
        for (int i = 0; i < 20; i++) {
            World world = new World("shop-" + i, List.of("gw.example:7081"), all);
            world.aliases.put("gw.example:7081", all.get(0));
            assertThat(world.settle().linked()).hasSize(MOST);
            Plan plan = world.plan();
            assertThat(plan.dial()).isEmpty();
            assertThat(plan.release()).isEmpty();
        }
    }

    @Test
    void gatewayThatRefusedForGoodTakesNoPlace() {
        World world = world("shop-1", 20);
        String refused = world.linked().iterator().next();
        world.held.put(refused, Standing.ENDED);
        assertThat(world.settle().linked()).hasSize(MOST).doesNotContain(refused);
        assertThat(world.held).containsEntry(refused, Standing.ENDED);
    }
}
