package io.evenkeel.gateway.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.http1.BadRequests;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half requests, slow senders, and clients that leave at any byte, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class HalfRequestsOverSocketsTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final String HEAD = " /early HTTP/1.1\r\nHost: " + BadRequests.HOST + "\r\n";
    private static final String GET = "GET" + HEAD + "Accept: */*\r\n\r\n";
    private static final String LENGTH = "POST" + HEAD + "Content-Length: 10\r\n\r\n0123456789";
    private static final String CHUNKS =
            "POST"
                    + HEAD
                    + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n01234\r\n5\r\n56789\r\n0\r\nT: x\r\n\r\n";
    private static final String EARLY = " /early HTTP/1.1";

    private final RecordingUpstream upstream =
            new RecordingUpstream(line -> RecordingUpstream.OK, false);
    private final GatewayUnderTest gateway =
            new GatewayUnderTest(GatewayUnderTest.impatient(PATIENCE));

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
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, LENGTH, CHUNKS})
    void clientThatEndsAtAnyByteLeavesNothingBehind(String request) throws IOException {
        for (int cut = 0; cut < request.length(); cut++) {
            try (RawClient client = new RawClient(gateway.address)) {
                client.send(request.substring(0, cut)).end();
                assertThat(client.readToEnd()).as("cut at %d", cut).doesNotContain("200 OK");
            }
        }
        gateway.assertServes(BadRequests.HOST, "/after");
        assertThat(upstream.whole()).containsExactly("GET /after HTTP/1.1");
        gateway.assertNothingActive();
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, LENGTH, CHUNKS})
    void clientThatResetsAtAnyByteLeavesNothingBehind(String request) throws IOException {
        for (int cut = 0; cut < request.length(); cut++) {
            RawClient client = new RawClient(gateway.address);
            client.send(request.substring(0, cut)).reset();
        }
        gateway.assertServes(BadRequests.HOST, "/after");
        gateway.assertNothingActive();
        assertThat(upstream.whole()).noneMatch(line -> line.endsWith(EARLY));
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, LENGTH, CHUNKS})
    void requestByteByByteIsServed(String request) throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            client.end();
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
        assertThat(upstream.whole()).hasSize(1).allMatch(line -> line.endsWith(EARLY));
    }

    @Test
    void halfAHeadIsAnsweredWithRequestTimeout() throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            client.send("GET / HTTP/1.1\r\nHost: shop.exa");
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("Evenkeel-Termination: client.request-head.timeout");
        }
    }

    @Test
    void slowSenderOfAHeadGainsNoTimeByEachByte() throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            client.send("GET / HTTP/1.1\r\nX: ");
            int sent = 0;
            int answer = -2;
            while (answer == -2 && sent++ < 500) {
                client.send("a");
                answer = client.poll(20);
            }
            assertThat((char) answer + client.readToEnd()).startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKS})
    void bodyThatStopsIsAnsweredWithRequestTimeout(String request) throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            client.send(request.substring(0, request.length() - 5));
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("Evenkeel-Termination: client.request-body.timeout");
        }
        assertThat(upstream.whole()).isEmpty();
    }

    @Test
    void clientThatSaysNothingIsClosedWithoutAWord() throws IOException {
        try (RawClient client = new RawClient(gateway.address)) {
            assertThat(client.readToEnd()).isEmpty();
        }
    }
}
