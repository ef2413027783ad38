package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that change the beginning of a path, through a real gateway. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class RewriteTest extends ProxySuite {
    private final AtomicBoolean silent = new AtomicBoolean();
    private Backend backend;

    /** Answers with what it got, or closes without a word, once. */
    @BeforeEach
    void answerWithWhatCame() {
        backend =
                backend(talk -> {
                    while (true) {
                        Talk.Reply request = talk.request();
                        if (silent.compareAndSet(true, false)) {
                            return;
                        }
                        talk.send(ok(request.head() + request.body()));
                    }
                });
    }

    private void route(String matched, String prefix) {
        site.route(
                "r",
                "{match: {pathPrefix: %s}, service: %s, rewrite: {pathPrefix: %s}}"
                        .formatted(matched, SERVICE, prefix));
    }

    private Talk.Reply ask(String line) {
        return client().send(line + "\r\nHost: shop\r\n\r\n").reply();
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /b, GET /a HTTP/1.1, GET /b HTTP/1.1",
        "/a, /b, GET /a/ HTTP/1.1, GET /b/ HTTP/1.1",
        "/a, /b/, GET /a/c HTTP/1.1, GET /b/c HTTP/1.1",
        "/a/, /b, GET /a/c?d=/a/../&e HTTP/1.1, GET /b/c?d=/a/../&e HTTP/1.1",
        "/a, /b/c/d, GET /a/%61%20/a HTTP/1.1, GET /b/c/d/%61%20/a HTTP/1.1",
        "/a, /, GET /a HTTP/1.1, GET / HTTP/1.1",
        "/a, /, GET /a?x HTTP/1.1, GET /?x HTTP/1.1",
        "/a, /, GET /a/c HTTP/1.1, GET /c HTTP/1.1",
        "/a, /, GET /a//evil.example/c//d?//e HTTP/1.1, GET /evil.example/c//d?//e HTTP/1.1",
        "/a, /, GET /a///// HTTP/1.1, GET / HTTP/1.1",
        "/a, /b, GET /a//c HTTP/1.1, GET /b//c HTTP/1.1",
        "/, /b, GET /c/d HTTP/1.1, GET /b/c/d HTTP/1.1",
        "/, /b, GET / HTTP/1.1, GET /b/ HTTP/1.1",
        "/a, /b, GET http://shop/a/c?d HTTP/1.1, GET /b/c?d HTTP/1.1",
        "/, /b, GET http://shop HTTP/1.1, GET /b HTTP/1.1",
        "/, /b, GET http://shop?x HTTP/1.1, GET /b?x HTTP/1.1",
        "/a, /b, GET /a/c HTTP/1.0, GET /b/c HTTP/1.1",
        "/, /b, OPTIONS * HTTP/1.1, OPTIONS * HTTP/1.1",
        "/, /b, OPTIONS http://shop HTTP/1.1, OPTIONS * HTTP/1.1",
        "/, /b, OPTIONS /c HTTP/1.1, OPTIONS /b/c HTTP/1.1",
    })
    void theEndpointGetsTheOtherPrefixAndTheRestAsItCame(
            String matched, String prefix, String line, String sent) {
        route(matched, prefix);
        assertThat(ask(line).body()).startsWith(sent + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/..",
                "/a/../c",
                "/a/%2e%2e/c",
                "/a/.%2E/c",
                "/a/..;x/c",
                "/a/..%2fc",
                "/a%2f..%2fc",
                "/a/%5c..",
                "/a/.",
            })
    void noSpellingOfDotsLeavesThePrefix(String target) {
        route("/a", "/b");
        int connections = backend.connections();
        assertThat(ask("GET " + target + " HTTP/1.1").status()).isEqualTo(400);
        assertThat(backend.connections()).isEqualTo(connections);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%61/c", "/ab", "/A", "//a", "/a%2fc"})
    void whatOnlyResemblesThePrefixIsNotRewritten(String target) {
        route("/a", "/b");
        assertThat(ask("GET " + target + " HTTP/1.1").status()).isEqualTo(404);
    }

    @Test
    void bodiesForwardingHeadersAndRecordsAreThoseOfTheClientsRequest() {
        route("/a", "/b");
        Talk.Reply reply = client().send(post("/a/c?d", "body")).reply();
        assertThat(reply.body())
                .startsWith("POST /b/c?d HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n")
                .contains("X-Forwarded-Host: shop\r\n")
                .doesNotContain("/a")
                .endsWith("\r\n\r\nbody");
        assertThat(record(reply.value("x-request-id")).target()).isEqualTo("shop/a/c?d");
    }

    @Test
    void aLongPathGetsLongerThanAllHeadRoom() {
        String prefix = "/" + "b".repeat(2000);
        route("/a", prefix);
        String rest = "/" + "c".repeat(8000);
        assertThat(ask("GET /a" + rest + " HTTP/1.1").body())
                .startsWith("GET " + prefix + rest + " HTTP/1.1\r\n");
    }

    @Test
    void aRouteChangesWhatItRewritesWhileItsClientsStay() {
        Talk client = client();
        for (String prefix : new String[] {"/b", "/c"}) {
            route("/a", prefix);
            assertThat(client.send(get("/a/x")).reply().body()).startsWith("GET " + prefix + "/x ");
        }
        site.route("r", "{match: {pathPrefix: /a}, service: %s}".formatted(SERVICE));
        assertThat(client.send(get("/a/x")).reply().body()).startsWith("GET /a/x ");
    }

    @Test
    void aSecondAttemptIsRewrittenOnce() {
        route("/a", "/a/a");
        silent.set(true);
        Talk.Reply reply = client().send(get("/a/x")).reply();
        assertThat(reply.body()).startsWith("GET /a/a/x ");
        assertThat(record(reply.value("x-request-id")).attempts()).isEqualTo(2);
    }
}
