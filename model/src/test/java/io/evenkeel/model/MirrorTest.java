package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route may mirror to. */
final class MirrorTest {
    private static String route(String more) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Route
        metadata: {name: r}
        spec: {service: web, %s}
        """
                .formatted(more);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror: {}",
                "mirror: {service: Web}",
                "mirror: {service: ''}",
                "mirror: {service: next, percent: 101%}",
                "mirror: {service: next, percent: 0.5%}",
                "mirror: {service: web}",
                "redirect: {scheme: https}, mirror: {service: next}",
            })
    void whatMakesNoSenseIsRefusedWithOneProblem(String more) {
        assertThat(Resources.fromYaml(route(more)).problems())
                .hasSize(1)
                .first()
                .extracting(Problem::path)
                .asString()
                .startsWith("spec.mirror");
    }

    @Test
    void everythingIsCopiedUnlessAShareIsGiven() {
        RouteSpec spec =
                (RouteSpec)
                        Resources.fromYaml(route("mirror: {service: next}"))
                                .orElseThrow()
                                .getFirst()
                                .spec();
        assertThat(spec.mirror()).contains(new Mirror("next", new Percent(100)));
    }
}
