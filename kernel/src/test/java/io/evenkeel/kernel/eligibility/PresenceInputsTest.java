package io.evenkeel.kernel.eligibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A9, X1: when a gateway takes an endpoint for reachable, in every combination. */
class PresenceInputsTest {
    private static List<PresenceInputs> all() {
        List<PresenceInputs> all = new ArrayList<>();
        for (int bits = 0; bits < 64; bits++) {
            all.add(
                    new PresenceInputs(
                            (bits & 1) != 0,
                            (bits & 2) != 0,
                            (bits & 4) != 0,
                            (bits & 8) != 0,
                            (bits & 16) != 0,
                            (bits & 32) != 0));
        }
        return all;
    }

    /**
     * The rule as a table: declared, tunnelled, linked here, lost here, marked elsewhere, grace,
     * and what follows. A dot: whichever. The first line that fits counts; each combination meets
     * one.
     */
    private static final String TABLE =
            """
            1..... PRESENT
            0.1... PRESENT
            0.01.. ABSENT
            00001. PRESENT
            010011 GRACE
            010010 ABSENT
            0.0001 GRACE
            0.0000 ABSENT
            """;

    private static String bits(PresenceInputs i) {
        return bit(i.declared())
                + bit(i.tunnelled())
                + bit(i.linkedHere())
                + bit(i.lostHere())
                + bit(i.markedElsewhere())
                + bit(i.grace());
    }

    private static String bit(boolean set) {
        return set ? "1" : "0";
    }

    @Test
    void everyCombinationIsAsTheTableSays() {
        List<String> lines = TABLE.lines().toList();
        for (PresenceInputs inputs : all()) {
            List<String> fitting =
                    lines.stream()
                            .filter(line -> bits(inputs).matches(line.substring(0, 6)))
                            .toList();
            assertThat(fitting).as("one line for %s", inputs).hasSize(1);
            assertThat(inputs.presence().name())
                    .as("%s", inputs)
                    .isEqualTo(fitting.getFirst().substring(7));
        }
    }

    @Test
    void othersWordGivesTimeOnlyWhereAGatewayTookItWithIt() {
        for (PresenceInputs inputs : all()) {
            boolean grace = inputs.grace();
            assertThat(inputs.graceAfter(OthersWord.NONE)).isEqualTo(grace);
            if (inputs.tunnelled()) {
                // Others' tunnels lead nowhere from here: what they say changes nothing.
                for (OthersWord word : OthersWord.values()) {
                    assertThat(inputs.graceAfter(word)).as("%s", word).isEqualTo(grace);
                }
            } else {
                assertThat(inputs.graceAfter(OthersWord.HELD)).isFalse();
                assertThat(inputs.graceAfter(OthersWord.WITHDRAWN)).isFalse();
                assertThat(inputs.graceAfter(OthersWord.ORPHANED)).isTrue();
            }
        }
    }

    @Test
    void wordOfOthersInEveryCombinationOfTwoGateways() {
        List<List<String>> sets = List.of(List.of(), List.of("a"), List.of("b"), List.of("a", "b"));
        for (List<String> before : sets) {
            for (List<String> after : sets) {
                for (Set<String> living :
                        List.of(Set.<String>of(), Set.of("a"), Set.of("b"), Set.of("a", "b"))) {
                    OthersWord expected =
                            !after.isEmpty()
                                    ? OthersWord.HELD
                                    : before.isEmpty()
                                            ? OthersWord.NONE
                                            : living.containsAll(before)
                                                    ? OthersWord.WITHDRAWN
                                                    : OthersWord.ORPHANED;
                    assertThat(OthersWord.of(before, after, living::contains))
                            .as("%s to %s, living %s", before, after, living)
                            .isEqualTo(expected);
                }
            }
        }
    }
}
