package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A policy's largest body holds however the body is framed, and changes while all runs. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class BodyLimitTest extends ProxySuite {
    private static final int MOST = 1000;

    private void limit(long bytes) {
        site.policy(SERVICE, "{requestLimits: {maxBody: %dB}}".formatted(bytes));
    }

    private void assertTooLarge(Talk client) {
        Talk.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.value("evenkeel-termination"))
                .isEqualTo(TerminationReason.CLIENT_BODY_TOO_LARGE.label());
        awaitEnded(TerminationReason.CLIENT_BODY_TOO_LARGE);
    }

    @Test
    void aBodyOfTheLimitPassesAndALargerOneIsRefusedBeforeItIsSent() {
        Backend backend = echo("a");
        limit(MOST);
        String most = "x".repeat(MOST);
        assertThat(client().send(post("/", most)).reply().body()).isEqualTo("a:" + most);
        int connections = backend.connections();
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                                        + (MOST + 1)
                                        + "\r\n\r\n");
        assertTooLarge(client);
        assertThat(client.ended()).as("nobody reads the rest").isTrue();
        assertThat(backend.connections()).isEqualTo(connections);
    }

    @Test
    void aClientThatAsksFirstIsToldAtOnce() {
        echo("a");
        limit(MOST);
        assertTooLarge(
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\n"
                                        + "Content-Length: 5000\r\n\r\n"));
    }

    @Test
    void aChunkedBodyThatGrowsTooLargeIsCutSoThatNobodyTakesItForWhole() throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        backend(talk -> {
            ends.add(talk.head());
            ends.add(talk.broken() ? "broken" : "ended");
        });
        limit(MOST);
        Talk client =
                client().send(
                                "POST / HTTP/1.1\r\nHost: shop\r\n"
                                        + "Transfer-Encoding: chunked\r\n\r\n");
        String chunk = "190\r\n" + "y".repeat(400) + "\r\n";
        client.send(chunk);
        assertThat(ends.poll(10, TimeUnit.SECONDS)).startsWith("POST / ");
        client.send(chunk);
        client.send(chunk + "0\r\n\r\n");
        assertTooLarge(client);
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("broken");
    }

    @Test
    void theLimitChangesWithThePolicy() {
        echo("a");
        limit(3);
        assertThat(client().send(post("/", "1234")).reply().status()).isEqualTo(413);
        limit(4);
        assertThat(client().send(post("/", "1234")).reply().status()).isEqualTo(200);
        limit(0);
        assertThat(client().send(post("/", "x".repeat(5000))).reply().status()).isEqualTo(200);
    }
}
