package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Problem;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers may be edited and to what: nothing that ends a line or moves a message's end. */
final class HeaderEditsTest {
    private static List<Problem> problems(String edits) {
        String both =
                """
                apiVersion: evenkeel.io/v1
                kind: Route
                metadata: {name: r}
                spec: {service: web, headers: {response: %1$s}}
                ---
                apiVersion: evenkeel.io/v1
                kind: Policy
                metadata: {name: p}
                spec: {headers: {request: %1$s}}
                """
                        .formatted(edits);
        return Resources.fromYaml(both).problems();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "CONNECTION",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "HTTP2-Settings",
                "Expect",
                "Via",
                "Forwarded",
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X-Forwarded-Port",
                "X-Request-Id",
                "Proxy-Connection",
                "Proxy-Authorization",
                "proxy-anything",
                "Evenkeel-Service",
                "Content_Length",
                "X_Forwarded-For",
                "proxy_authorization",
            })
    void headersThatFrameMessagesOrBelongToGatewaysAreRefusedWithOneMessage(String name) {
        for (String edits :
                List.of(
                        "{set: [{name: " + name + ", value: a}]}",
                        "{add: [{name: " + name + ", value: a}]}",
                        "{remove: [" + name + "]}")) {
            assertThat(problems(edits))
                    .as(edits)
                    .hasSize(2)
                    .allSatisfy(p ->
                            assertThat(p.toString())
                                    .contains(
                                            name,
                                            "neither frames messages nor belongs to the gateway",
                                            "transfer-encoding, connection",
                                            "proxy-*"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "'a b'",
                "'a:'",
                "':path'",
                "'a '",
                "\"a\\r\\nb\"",
                "\"a\\nb\"",
                "\"a\\0b\"",
                "'ä'",
                "'a(b)'",
            })
    void aNameThatIsNoTokenIsRefused(String name) {
        assertThat(problems("{set: [{name: " + name + ", value: a}]}")).hasSize(2);
        assertThat(problems("{remove: [" + name + "]}")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "' a'",
                "'a '",
                "\"a\\r\\nX: b\"",
                "\"a\\rb\"",
                "\"a\\nb\"",
                "\"a\\0b\"",
                "\"a\\x7fb\"",
                "\"a\\tb\\t\"",
                "'ä'",
            })
    void aValueThatEndsALineOrIsNotPrintableIsRefused(String value) {
        assertThat(problems("{add: [{name: X, value: " + value + "}]}"))
                .hasSize(2)
                .extracting(Problem::path)
                .contains("spec.headers.request.add[0].value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{set: [{name: Server, value: 'a, b: \"c\"; d'}]}",
                "{set: [{name: X, value: a}], add: [{name: x, value: b}, {name: X, value: c}]}",
                "{add: [{name: Set-Cookie, value: 'a=b; Path=/'}], remove: [X-Powered-By]}",
                "{set: [{name: X-Forwarded-Prefix, value: /api}]}",
            })
    void theOthersAreTaken(String edits) {
        assertThat(problems(edits)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{set: [{name: X, value: a}, {name: x, value: b}]}",
                "{set: [{name: X, value: a}], remove: [x]}",
                "{add: [{name: X, value: a}], remove: [x]}",
                "{remove: [X, x]}",
            })
    void whatWouldUndoAnotherEditIsRefused(String edits) {
        assertThat(problems(edits))
                .hasSize(2)
                .allSatisfy(p -> assertThat(p.toString()).contains("leave one of them out"));
    }

    @Test
    void editsAreBounded() {
        String one = "{name: X, value: a}";
        assertThat(problems("{add: [" + String.join(",", Collections.nCopies(16, one)) + "]}"))
                .isEmpty();
        assertThat(problems("{add: [" + String.join(",", Collections.nCopies(17, one)) + "]}"))
                .hasSize(2);
        String large = "{name: X, value: " + "v".repeat(1_019) + "}";
        assertThat(problems("{add: [" + String.join(",", Collections.nCopies(4, large)) + "]}"))
                .isEmpty();
        assertThat(
                        problems(
                                "{add: ["
                                        + String.join(",", Collections.nCopies(4, large))
                                        + "], set: [{name: Y, value: a}]}"))
                .hasSize(2);
        assertThat(problems("{add: [{name: X, value: " + "v".repeat(1_025) + "}]}")).hasSize(2);
    }
}
