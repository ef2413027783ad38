package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a redirect may name: nothing that could end a header or be read in two ways. */
final class RedirectTest {
    private static String route(String redirect) {
        return """
        apiVersion: evenkeel.io/v1
        kind: Route
        metadata: {name: r}
        spec: {service: web, redirect: %s}
        """
                .formatted(redirect);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{status: 308}",
                "{scheme: https, status: 303}",
                "{host: 'a b'}",
                "{host: \"a\\r\\nSet-Cookie: x\"}",
                "{host: 'shop.example:80'}",
                "{host: 'a@evil.example'}",
                "{pathPrefix: 'a'}",
                "{pathPrefix: \"/a\\r\\nb\"}",
                "{pathPrefix: \"/a\\0b\"}",
                "{pathPrefix: '//evil.example'}",
                "{pathPrefix: '/a/../b'}",
                "{pathPrefix: '/..'}",
                "{pathPrefix: '/%2e%2e'}",
                "{pathPrefix: '/a;x'}",
                "{pathPrefix: '/a\\\\b'}",
                "{pathPrefix: '/a?b'}",
                "{scheme: ftp}",
            })
    void whatCouldBeMisreadIsRefusedWithOneProblem(String redirect) {
        assertThat(Resources.fromYaml(route(redirect)).problems())
                .hasSize(1)
                .first()
                .extracting(Problem::path)
                .asString()
                .startsWith("spec.redirect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{scheme: https}",
                "{host: shop.example, port: 8443, status: 301}",
                "{host: '2001:db8::1'}",
                "{pathPrefix: /}",
                "{pathPrefix: /a/.well-known/x.y/}",
            })
    void theOthersAreTaken(String redirect) {
        assertThat(Resources.fromYaml(route(redirect)).problems()).isEmpty();
    }
}
