package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.source.SourceRules;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes that send clients elsewhere, through a real gateway. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class RedirectTest extends ProxySuite {
    @Override
    GatewaySettings settings() {
        return super.settings()
                .withSources(
                        SourceRules.DEFAULT.withTrusted(
                                AddressRanges.parse(List.of("127.0.0.0/8"))));
    }

    private void route(String matched, String redirect) {
        site.route(
                "r",
                "{match: {pathPrefix: %s}, service: %s, redirect: %s}"
                        .formatted(matched, SERVICE, redirect));
    }

    private static String to(String scheme, String host, int port, String prefix) {
        return "{status: 308, scheme: %s, host: '%s', port: %d, pathPrefix: '%s'}"
                .formatted(scheme, host, port, prefix);
    }

    private Talk.Reply ask(String target, String host) {
        return client().send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").reply();
    }

    @ParameterizedTest
    @CsvSource({
        "/a, same, '', 0, /b, /a, http://shop.example:8080/b",
        "/a, same, '', 0, /b/, /a/, http://shop.example:8080/b/",
        "/a, same, '', 0, /b, /a/c?d=/a, http://shop.example:8080/b/c?d=/a",
        "/a/, same, '', 0, /, /a, http://shop.example:8080/",
        "/a, same, '', 0, /, /a?x, http://shop.example:8080/?x",
        "/a, same, '', 0, /, /a/c, http://shop.example:8080/c",
        "/, same, '', 0, /b, /c/d, http://shop.example:8080/b/c/d",
        "/, https, '', 0, '', /c?d, https://shop.example/c?d",
        "/, https, '', 8443, '', /c, https://shop.example:8443/c",
        "/, same, www.example, 0, '', /c, http://www.example/c",
        "/, same, 2001:db8::1, 81, '', /c, http://[2001:db8::1]:81/c",
        "/, https, '', 0, '', //evil.example/x, https://shop.example//evil.example/x",
        "/, https, '', 0, '', http://shop.example:8080, https://shop.example/",
        "/, https, '', 0, '', http://shop.example:8080?x, https://shop.example/?x",
        "/, https, '', 0, /b, http://shop.example:8080?x, https://shop.example/b?x",
    })
    void theLocationIsWhatWasAskedForWithWhatTheRouteNames(
            String matched,
            String scheme,
            String host,
            int port,
            String prefix,
            String target,
            String location) {
        route(matched, to(scheme, host, port, prefix));
        Talk.Reply reply = ask(target, "shop.example:8080");
        assertThat(reply.value("location")).isEqualTo(location);
        assertThat(reply.status()).isEqualTo(308);
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"301", "302", "307", "308"})
    void theClientStaysConnectedAndTheServiceCountsItWithoutAnEndpoint(int status) {
        route("/", "{scheme: https, status: %d}".formatted(status));
        Talk client = client();
        for (int i = 0; i < 2; i++) {
            Talk.Reply reply = client.send(get("/x")).reply();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.value("content-length")).isEqualTo("0");
        }
        awaitEnded(TerminationReason.GATEWAY_REDIRECTED);
        await("both are counted", () -> ended(TerminationReason.GATEWAY_REDIRECTED) == 2);
        assertThat(gateway.services().getFirst().failed()).isZero();
    }

    @Test
    void aBodyOnItsWayEndsTheConnection() {
        route("/", to("https", "", 0, ""));
        Talk client = client().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nx");
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(308);
        assertThat(reply.value("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void theSchemeIsTheClientsOwnBehindABalancerThatTookTlsOff() {
        route("/", to("same", "www.example", 0, ""));
        Talk.Reply reply =
                client().send(get("/").replace("Host:", "X-Forwarded-Proto: https\r\nHost:"))
                        .reply();
        assertThat(reply.value("location")).isEqualTo("https://www.example/");
    }

    @Test
    void whoNamesNoHostCannotBeSentToTheSameOne() {
        route("/", to("https", "", 0, ""));
        assertThat(client().send("GET / HTTP/1.0\r\n\r\n").reply().status()).isEqualTo(400);
    }

    @Test
    void aRouteMayCeaseToRedirect() {
        echo("a");
        route("/", to("https", "", 0, ""));
        assertThat(client().send(get("/")).reply().status()).isEqualTo(308);
        site.route("r", "{service: %s}".formatted(SERVICE));
        assertThat(client().send(get("/")).reply().body()).isEqualTo("a:");
    }
}
