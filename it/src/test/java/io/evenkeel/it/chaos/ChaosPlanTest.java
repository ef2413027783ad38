package io.evenkeel.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
    private static final Cast CAST = Cast.of(3, 2, 3, 20);
    private static final long LENGTH = 75_000;

    @Test
    void aSeedGivesItsPlanAgainAndAnotherAnother() {
        List<Fault> plan = ChaosPlan.of(7, CAST, LENGTH);
        assertThat(ChaosPlan.of(7, CAST, LENGTH)).isEqualTo(plan);
        assertThat(ChaosPlan.of(8, CAST, LENGTH)).isNotEqualTo(plan);
        // In every JVM: what the generator draws is specified.
        assertThat(plan.subList(0, 3))
                .map(Fault::toString)
                .containsExactly(
                        "  1.0 s: loss b9 22% for 6.4 s",
                        "  4.6 s: two-way g1 from e1 e2 e3 for 8.5 s",
                        "  5.8 s: kill g1 for 11.7 s");
    }

    @Test
    void everyRunHasFaultsOfEveryKindAndAllAreUndoneInTime() {
        for (int seed = 0; seed < 200; seed++) {
            List<Fault> plan = ChaosPlan.of(seed, CAST, LENGTH);
            assertThat(plan).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(12);
            Set<Fault.Kind> kinds = EnumSet.noneOf(Fault.Kind.class);
            plan.forEach(fault -> kinds.add(fault.kind()));
            assertThat(kinds).containsAll(Arrays.asList(Fault.Kind.values()));
            assertThat(plan).allMatch(fault -> fault.endMillis() <= LENGTH);
            assertThat(plan)
                    .isSortedAccordingTo((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
        }
    }

    @Test
    void atOneProcessThereIsOneFaultAtATime() {
        for (int seed = 0; seed < 50; seed++) {
            List<Fault> before = new ArrayList<>();
            for (Fault fault : ChaosPlan.of(seed, CAST, 600_000)) {
                if (fault.kind().ofProcess()) {
                    assertThat(before)
                            .noneMatch(earlier ->
                                    earlier.from().equals(fault.from())
                                            && earlier.endMillis() >= fault.atMillis());
                    before.add(fault);
                }
            }
        }
    }

    @Test
    void leadersAndGatewaysArePausedForLongerThanTheirLeases() {
        long longestOfControl = 0;
        long longestOfGateway = 0;
        for (Fault fault : ChaosPlan.of(1, CAST, 3_600_000)) {
            if (fault.kind() == Fault.Kind.PAUSE && CAST.controls().containsAll(fault.from())) {
                assertThat(fault.lastsMillis()).isGreaterThan(3_000);
                longestOfControl = Math.max(longestOfControl, fault.lastsMillis());
            } else if (fault.kind() == Fault.Kind.PAUSE
                    && CAST.gateways().containsAll(fault.from())) {
                longestOfGateway = Math.max(longestOfGateway, fault.lastsMillis());
            }
        }
        assertThat(longestOfControl).isGreaterThan(6_000);
        assertThat(longestOfGateway).isGreaterThan(11_000);
    }
}
