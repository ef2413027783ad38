package io.evenkeel.gateway.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.http1.BadReplies;
import io.evenkeel.gateway.proxy.ProxySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad and broken replies over real sockets: the client is never shown a part as the whole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BadRepliesOverSocketsTest {
    private static final String LENGTH =
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n0123456789";
    private static final String CHUNKS =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n01234\r\n5\r\n56789\r\n0\r\nT: x\r\n\r\n";
    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + LENGTH;

    private final GatewayUnderTest gateway = new GatewayUnderTest(ProxySettings.DEFAULT);
    private int services;

    static List<BadReplies.Case> all() {
        return BadReplies.all();
    }

    @AfterAll
    void close() {
        gateway.assertNothingActive();
        gateway.close();
    }

    /** Asks a service of its own, so that no ejection outlives a case, and reads to the end. */
    private String ask(String method, byte[] reply) throws IOException {
        String service = "s" + ++services;
        try (RecordingUpstream upstream = new RecordingUpstream(line -> reply, true);
                RawClient client = new RawClient(gateway.address)) {
            gateway.site.endpoint(service, service + "-1", upstream.address());
            client.send(
                    method
                            + " / HTTP/1.1\r\nHost: "
                            + service
                            + ".test\r\nConnection: close\r\n\r\n");
            String answer = client.readToEnd();
            gateway.site.remove(service + "-1");
            return answer;
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void badReplyIsNeverPassedOn(BadReplies.Case bad) throws IOException {
        String answer = ask("GET", bad.bytes());
        assertThat(answer)
                .startsWith("HTTP/1.1 502 ")
                .contains("Evenkeel-Termination: upstream.response-head.");
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKS, INTERIM})
    void replyCutAtAnyByteIsNeverTakenForTheWhole(String reply) throws IOException {
        byte[] octets = reply.getBytes(StandardCharsets.US_ASCII);
        for (int cut = 1; cut < octets.length; cut++) {
            byte[] part = Arrays.copyOf(octets, cut);
            String answer = ask("POST", part);
            String last = answer.substring(Math.max(0, answer.lastIndexOf("HTTP/1.1 ")));
            if (last.startsWith("HTTP/1.1 502 ")) {
                continue;
            }
            // What was begun must end visibly short: by a reset, before its length or last chunk.
            assertThat(answer).as("cut at %d", cut).endsWith("<reset>");
            assertThat(whole(last.replace("<reset>", "")))
                    .as("cut at %d: %s", cut, answer)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKS, INTERIM})
    void wholeReplyOfAnUpstreamThatClosesIsPassedOn(String reply) throws IOException {
        String answer = ask("POST", reply.getBytes(StandardCharsets.US_ASCII));
        assertThat(whole(answer.substring(answer.lastIndexOf("HTTP/1.1 ")))).isTrue();
        assertThat(answer.contains("103 Early Hints")).isEqualTo(reply.contains("103"));
    }

    private static boolean whole(String message) {
        String body = message.substring(message.indexOf("\r\n\r\n") + 4);
        return message.contains("Content-Length")
                ? body.length() >= 10
                : body.endsWith("0\r\nT: x\r\n\r\n");
    }

    @Test
    void upstreamThatNeverAnswersAWordGivesBadGateway() throws IOException {
        assertThat(ask("POST", new byte[0]))
                .startsWith("HTTP/1.1 502 ")
                .contains("Evenkeel-Termination: upstream.wait.aborted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\n01234\r\nx\r\n", "5\n01234\r\n0\r\n\r\n", "5\r\n012345\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n", "5;a=\r\n01234\r\n0\r\n\r\n",
                        "0\r\nContent-Length: 5\r\n\r\n",
                "0\r\nbad\r\n\r\n",
            })
    void badChunksEndTheReplyVisiblyShort(String chunks) throws IOException {
        String answer =
                ask(
                        "GET",
                        (CHUNKS.substring(0, CHUNKS.indexOf("5;a")) + chunks)
                                .getBytes(StandardCharsets.US_ASCII));
        assertThat(
                        answer.startsWith("HTTP/1.1 502 ")
                                || (answer.endsWith("<reset>")
                                        && !answer.contains("\r\n0\r\n\r\n")))
                .as(answer)
                .isTrue();
    }

    @Test
    void bytesBehindAReplyAreNeverShownToAnybody() throws IOException {
        String answer =
                ask(
                        "GET",
                        (LENGTH + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
                                .getBytes(StandardCharsets.US_ASCII));
        assertThat(answer).endsWith("0123456789").doesNotContain("evil");
    }
}
