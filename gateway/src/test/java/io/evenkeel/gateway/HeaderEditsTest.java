package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.http1.FieldName;
import io.evenkeel.model.EditableHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers that routes and policies change on both ways, through a real gateway. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class HeaderEditsTest extends ProxySuite {
    private static final String REPLY_HEAD =
            "HTTP/1.1 200 OK\r\nServer: x\r\nX-A: 1\r\nX-Powered-By: p\r\nx-a: 2\r\n";

    /** Answers with the head and body that it got, behind headers of its own. */
    @BeforeEach
    void answerWithWhatCame() {
        backend(talk -> {
            while (true) {
                Talk.Reply request = talk.request();
                String body = request.head() + request.body();
                talk.send(REPLY_HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            }
        });
    }

    private void route(String headers) {
        site.route("r", "{service: %s, headers: %s}".formatted(SERVICE, headers));
    }

    private void policy(String headers) {
        site.policy(SERVICE, "{headers: %s}".formatted(headers));
    }

    private Talk.Reply ask(String... lines) {
        return client().send(
                        "GET / HTTP/1.1\r\nHost: shop\r\n"
                                + String.join("\r\n", lines)
                                + (lines.length == 0 ? "\r\n" : "\r\n\r\n"))
                .reply();
    }

    private static List<String> values(String head, String name) {
        return head.lines()
                .filter(l -> l.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(l -> l.substring(name.length() + 1).strip())
                .toList();
    }

    @Test
    void aRequestsHeadersAreSetAddedAndRemovedWhateverTheirCase() {
        route(
                """
                {request: {set: [{name: X-Set, value: new}], add: [{name: X-Add, value: "more, b"}],
                 remove: [X-Gone, Cookie]}}
                """);
        String sent =
                ask(
                                "x-set: 1",
                                "X-ADD: 1",
                                "X-SET: 2",
                                "x-gone: 1",
                                "X-Gone: 2",
                                "cookie: c",
                                "X-Gone-Not: 1")
                        .body();
        assertThat(values(sent, "x-set")).containsExactly("new");
        assertThat(values(sent, "x-add")).containsExactly("1", "more, b");
        assertThat(values(sent, "x-gone")).isEmpty();
        assertThat(values(sent, "cookie")).isEmpty();
        assertThat(values(sent, "x-gone-not")).containsExactly("1");
        String without = ask().body();
        assertThat(values(without, "x-set")).containsExactly("new");
        assertThat(values(without, "x-add")).containsExactly("more, b");
    }

    @Test
    void aRepliesHeadersAreSetAddedAndRemoved() {
        route(
                """
                {response: {set: [{name: server, value: keel}], add: [{name: X-A, value: "3"}],
                 remove: [x-powered-by]}}
                """);
        String head = ask().head();
        assertThat(values(head, "server")).containsExactly("keel");
        assertThat(values(head, "x-a")).containsExactly("1", "2", "3");
        assertThat(values(head, "x-powered-by")).isEmpty();
        assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void aPolicyEditsWithoutAnyRouteAndChangesWhileClientsStay() {
        Talk client = client();
        for (String value : List.of("1", "2")) {
            policy("{request: {set: [{name: X, value: '%s'}]}}".formatted(value));
            assertThat(values(client.send(get("/")).reply().body(), "x")).containsExactly(value);
        }
        policy("{}");
        assertThat(values(client.send(get("/")).reply().body(), "x")).isEmpty();
    }

    @Test
    void theRoutesEditsAreOutsideOfThePolicysOnBothWays() {
        String outer =
                "{set: [{name: X-A, value: route}], add: [{name: X-B, value: route}], remove: [X-C]}";
        String inner =
                "{add: [{name: X-A, value: policy}, {name: X-C, value: policy}], remove: [X-B]}";
        route("{request: %1$s, response: %1$s}".formatted(outer));
        policy("{request: %1$s, response: %1$s}".formatted(inner));
        Talk.Reply reply = ask("X-A: client", "X-B: client", "X-C: client");
        assertThat(values(reply.body(), "x-a")).containsExactly("route", "policy");
        assertThat(values(reply.body(), "x-b")).isEmpty();
        assertThat(values(reply.body(), "x-c")).containsExactly("policy");
        assertThat(values(reply.head(), "x-a")).containsExactly("route");
        assertThat(values(reply.head(), "x-b")).containsExactly("route");
        assertThat(values(reply.head(), "x-c")).isEmpty();
    }

    @Test
    void whatTheGatewayWritesAndBodiesStay() {
        route(
                """
                {request: {add: [{name: X, value: y}], remove: [Accept]},
                 response: {add: [{name: X, value: y}]}}
                """);
        Talk.Reply reply = client().send(post("/", "body")).reply();
        assertThat(reply.body())
                .contains(
                        "\r\nContent-Length: 4\r\n",
                        "\r\nX-Forwarded-Host: shop\r\n",
                        "\r\nVia: 1.1 ")
                .endsWith("\r\n\r\nbody");
        assertThat(reply.value("x-request-id")).isNotEmpty();
        assertThat(values(reply.head(), "x")).containsExactly("y");
    }

    @Test
    void answersOfTheGatewayAreLeftAlone() {
        site.route(
                "r",
                """
                {service: none, headers: {response: {set: [{name: X, value: y}]}}}
                """);
        Talk.Reply reply = client().send(get("/")).reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.value("x")).isEmpty();
    }

    @Test
    void routesAndSessionsAreFoundByWhatTheClientSent() {
        site.route(
                "r",
                """
                {service: %s, match: {headers: [{name: X-V, value: a}]},
                 headers: {request: {set: [{name: X-V, value: b}]}}}
                """
                        .formatted(SERVICE));
        assertThat(values(ask("X-V: a").body(), "x-v")).containsExactly("b");
        assertThat(ask("X-V: b").status()).isEqualTo(404);
    }

    @Test
    void theLargestEditsFitBesideTheLargestHeadAndAFullBuffer() {
        String line = "{name: X, value: " + "v".repeat(1019) + "}";
        String edits = "{add: [%1$s, %1$s, %1$s, %1$s]}".formatted(line);
        route("{request: %1$s, response: %1$s}".formatted(edits));
        policy("{request: %1$s, response: %1$s}".formatted(edits));
        String body = "b".repeat(56 << 10);
        byte[] large =
                post("/" + "p".repeat(8_000), body)
                        .replace("Host:", "X-L: " + "l".repeat(7_000) + "\r\nHost:")
                        .getBytes(StandardCharsets.US_ASCII);
        Talk.Reply reply = client().send(large).reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).endsWith(body);
        assertThat(values(reply.body(), "x")).hasSize(8);
        assertThat(values(reply.head(), "x")).hasSize(8);
    }

    /** What the codec treats in a way of its own, a resource must not touch. */
    @ParameterizedTest
    @EnumSource(FieldName.class)
    void namesOfTheHopAndOfFramingAreNotEditable(FieldName name) {
        String text = new String(name.lower(), StandardCharsets.US_ASCII);
        Set<FieldName> framing =
                Set.of(
                        FieldName.HOST,
                        FieldName.CONTENT_LENGTH,
                        FieldName.TRANSFER_ENCODING,
                        FieldName.TRAILER,
                        FieldName.EXPECT,
                        FieldName.VIA,
                        FieldName.FORWARDED,
                        FieldName.X_FORWARDED_FOR,
                        FieldName.X_FORWARDED_PROTO,
                        FieldName.X_FORWARDED_HOST,
                        FieldName.X_FORWARDED_PORT,
                        FieldName.X_REQUEST_ID,
                        FieldName.EVENKEEL_SERVICE,
                        FieldName.EVENKEEL_OTHER,
                        FieldName.PROXY_AUTHORIZATION,
                        FieldName.PROXY_AUTHENTICATE);
        if (name.hopByHop() || framing.contains(name)) {
            assertThat(EditableHeaders.isEditable(text)).isFalse();
        }
    }
}
