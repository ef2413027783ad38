package io.evenkeel.gateway.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.http1.BadRequests;
import io.evenkeel.gateway.proxy.ProxySettings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of bad requests against the gateway over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BadRequestsOverSocketsTest {
    private static final String SMUGGLED =
            "GET /smuggled HTTP/1.1\r\nHost: " + BadRequests.HOST + "\r\n\r\n";
    private static final String AFTER = "GET /after HTTP/1.1";

    private final RecordingUpstream upstream =
            new RecordingUpstream(line -> RecordingUpstream.OK, false);
    private final GatewayUnderTest gateway = new GatewayUnderTest(ProxySettings.DEFAULT);

    static List<BadRequests.Case> all() {
        return BadRequests.all();
    }

    static List<BadRequests.Case> bodies() {
        return all().stream().filter(BadRequests.Case::inBody).toList();
    }

    @BeforeAll
    void register() {
        gateway.site.endpoint("shop", "shop-1", upstream.address());
    }

    @BeforeEach
    void forget() {
        upstream.forget();
    }

    @AfterAll
    void close() {
        gateway.assertNothingActive();
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @MethodSource("all")
    void isAnsweredOnceAndNothingOfItReachesAnUpstream(BadRequests.Case bad) throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            client.send(bad.bytes()).send(SMUGGLED);
            assertRefused(bad, client.readToEnd());
        }
        gateway.assertServes(BadRequests.HOST, "/after");
        assertThat(upstream.whole()).containsExactly(AFTER);
    }

    /** A request under way when a bad one comes behind it is still answered, and before it. */
    @ParameterizedTest
    @MethodSource("all")
    void isAnsweredBehindTheGoodRequestBeforeIt(BadRequests.Case bad) throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            client.send("GET /good HTTP/1.1\r\nHost: " + BadRequests.HOST + "\r\n\r\n")
                    .send(bad.bytes())
                    .send(SMUGGLED);
            String answers = client.readToEnd();
            assertThat(answers).startsWith("HTTP/1.1 200 ");
            assertRefused(bad, answers.substring(answers.indexOf("\r\n\r\nok") + 6));
        }
        assertThat(upstream.whole())
                .doesNotContain("GET /smuggled HTTP/1.1")
                .contains("GET /good HTTP/1.1");
    }

    /** The head is with the upstream already when the body turns out bad. */
    @ParameterizedTest
    @MethodSource("bodies")
    void badBodyBehindItsHeadNeverBecomesARequest(BadRequests.Case bad)
            throws IOException, InterruptedException {
        int head = bad.octets().indexOf("\r\n\r\n") + 4;
        try (RawClient client = new RawClient(gateway.address)) {
            client.send(bad.octets().substring(0, head));
            upstream.awaitHead();
            client.send(bad.octets().substring(head)).send(SMUGGLED);
            assertRefused(bad, client.readToEnd());
        }
        gateway.assertServes(BadRequests.HOST, "/after");
        assertThat(upstream.whole()).containsExactly(AFTER);
    }

    private static void assertRefused(BadRequests.Case bad, String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + bad.expected().status() + " ")
                .contains("\r\nConnection: close\r\n", "\r\nEvenkeel-Termination: ")
                .contains("\"detail\":\"" + bad.expected().reason() + "\"")
                .doesNotContain("<reset>");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
    }
}
