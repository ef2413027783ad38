package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.control.api.LabelSelector.Relation;
import io.evenkeel.control.api.LabelSelector.Requirement;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Source;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
    private static Metadata labelled(Map<String, String> labels) {
        return new Metadata("default", "web", "", 1, 1, new TreeMap<>(labels), Source.API);
    }

    @Test
    void requirementsAreEqualUnequalOrPresent() {
        assertThat(LabelSelector.parse("zone=a, tier != test ,canary").requirements())
                .containsExactly(
                        new Requirement("zone", Relation.EQUAL, "a"),
                        new Requirement("tier", Relation.UNEQUAL, "test"),
                        new Requirement("canary", Relation.PRESENT, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "zone=a; true",
                "zone=b; false",
                "zone!=b; true",
                "zone!=a; false",
                "zone; true",
                "tier; false",
                "tier!=test; true",
                "tier=; false",
                "empty=; true",
                "empty; true",
                "zone=a,empty; true",
                "zone=a,tier; false",
                "expr=a=b; true",
                "example.com/team=shop; true"
            })
    void allRequirementsMustHold(String selector, boolean selected) {
        Metadata metadata =
                labelled(
                        Map.of(
                                "zone", "a",
                                "empty", "",
                                "expr", "a=b",
                                "example.com/team", "shop"));
        assertThat(LabelSelector.parse(selector).selects(metadata)).isEqualTo(selected);
    }

    @Test
    void emptySelectorSelectsEverything() {
        assertThat(LabelSelector.parse(" ").selects(labelled(Map.of()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"=a", "!=a", ",", "zone=a,", "zone=a,,tier", "!canary", "zo ne=a", "in (a)"})
    void whatNoLabelCanBeIsRefusedWithAnExample(String selector) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("zone=a,tier!=test,canary");
    }
}
