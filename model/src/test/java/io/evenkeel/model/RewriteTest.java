package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a path may be made to begin with: nothing that could be read in two ways. */
final class RewriteTest {
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
                "''",
                "a",
                "//a",
                "/a//b",
                "/a/../b",
                "/.",
                "/...",
                "/%2e%2e",
                "/a%20b",
                "/a;b",
                "/a?b",
                "'/a#b'",
                "'/a b'",
                "\"/a\\r\\nX: y\"",
            })
    void whatCouldBeMisreadIsRefusedWithOneProblem(String prefix) {
        assertThat(Resources.fromYaml(route("rewrite: {pathPrefix: " + prefix + "}")).problems())
                .hasSize(1)
                .first()
                .extracting(Problem::path)
                .isEqualTo("spec.rewrite.pathPrefix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/", "/a/.well-known/b_c~d"})
    void theOthersAreTaken(String prefix) {
        assertThat(Resources.fromYaml(route("rewrite: {pathPrefix: " + prefix + "}")).problems())
                .isEmpty();
    }

    @Test
    void whatIsRedirectedCannotBeRewritten() {
        assertThat(
                        Resources.fromYaml(
                                        route(
                                                "redirect: {scheme: https}, rewrite: {pathPrefix: /a}"))
                                .problems())
                .singleElement()
                .asString()
                .contains("spec.rewrite", "one of the two");
    }
}
