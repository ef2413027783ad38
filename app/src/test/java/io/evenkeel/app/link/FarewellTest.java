package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.NetFailure;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A tunnel ends as RFC 9113, section 6.8, has it: what runs on it is carried to its end. */
class FarewellTest {
    private static final LinkSettings PATIENT =
            LinkSettings.defaults("gw").withHeartbeat(1_000, 20_000);

    /** A tunnel that stands, of which nothing but the handshake has been read. */
    private static TunnelByHand dial(LinkRig rig, String incarnation) throws IOException {
        Socket socket =
                rig.dialByHand(
                        "{'service':'shop','workload':'w','endpoint':'w','incarnation':'%s'}"
                                .formatted(incarnation));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\n")) {
            answer.append((char) socket.getInputStream().read());
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 101 ");
        return new TunnelByHand(socket);
    }

    /** One request by a loop of the gateway, and what becomes of it. */
    private static final class Asked implements ConnectionHandler {
        final CompletableFuture<String> outcome = new CompletableFuture<>();
        private final StringBuilder reply = new StringBuilder();

        @SuppressWarnings("NullAway.Init") // set where it is dialled, before anybody is told
        private Connection pipe;

        static Asked of(LinkRig rig, String path) {
            EventLoop loop = rig.loops.getFirst();
            Asked asked = new Asked();
            boolean taken =
                    loop.execute(() -> {
                        asked.pipe =
                                rig.server.tunnels().dialer(LinkRig.key("w"), 1, loop).dial(asked);
                        asked.pipe.write(
                                ByteBuffer.wrap(
                                        ("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                                                .getBytes(StandardCharsets.US_ASCII)));
                    });
            assertThat(taken).isTrue();
            return asked;
        }

        String outcome() throws Exception {
            return outcome.get(20, TimeUnit.SECONDS);
        }

        @Override
        public void onConnected() {}

        @Override
        public void onReadable() {
            ByteBuffer into = ByteBuffer.allocate(4_096);
            int count = pipe.read(into);
            if (count < 0) {
                onFailed();
                return;
            }
            reply.append(StandardCharsets.US_ASCII.decode(into.flip()));
            if (reply.toString().endsWith("0\r\n\r\n")) {
                outcome.complete(reply.toString());
            }
        }

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {
            NetFailure why = pipe.failure();
            outcome.complete("failed " + why);
        }
    }

    @Test
    void gatewayThatStopsCarriesWhatRunsToItsEndAndThenSaysGoAway() throws Exception {
        try (LinkRig rig = new LinkRig(PATIENT);
                TunnelByHand backend = dial(rig, "one")) {
            backend.until(() -> backend.saw("data 1"));
            Asked slow = Asked.of(rig, "/slow");
            backend.until(() -> backend.saw("head 3 /slow"));
            rig.server.stop();
            rig.await("absent", () -> rig.events.contains("absent w CUT"));
            assertThat(Asked.of(rig, "/late").outcome()).isEqualTo("failed REFUSED");
            assertThat(slow.outcome).isNotDone();
            assertThat(rig.server.isLinked()).isTrue();
            backend.reply(3, "at last");
            assertThat(slow.outcome()).contains("200", "at last");
            backend.until(() -> backend.saw("end"));
            assertThat(backend.events.getLast()).isEqualTo("end");
            int last = backend.events.size() - 1;
            assertThat(backend.events.get(last - 1)).isEqualTo("goAway NO_ERROR");
            assertThat(backend.events.get(last - 2)).contains("\"code\":\"stopping\"");
            assertThat(backend.saw("head 5")).as("no request after it").isFalse();
            assertThat(backend.saw("reset")).isFalse();
        }
    }

    @Test
    void olderIncarnationKeepsItsRequestsUntilTheyAreDone() throws Exception {
        try (LinkRig rig = new LinkRig(PATIENT);
                TunnelByHand older = dial(rig, "one")) {
            older.until(() -> older.saw("data 1"));
            Asked slow = Asked.of(rig, "/slow");
            older.until(() -> older.saw("head 3 /slow"));
            try (TunnelByHand newer = dial(rig, "two")) {
                newer.until(() -> newer.saw("data 1"));
                older.reply(3, "at last");
                assertThat(slow.outcome()).contains("200", "at last");
                older.until(() -> older.saw("end"));
                assertThat(older.events).contains("goAway NO_ERROR");
                assertThat(String.join("\n", older.events)).contains("\"code\":\"replaced\"");
            }
        }
    }

    @Test
    void backendThatSendsGoAwayGetsNoMoreRequestsAndAnswersThoseItHas() throws Exception {
        try (LinkRig rig = new LinkRig(PATIENT);
                TunnelByHand backend = dial(rig, "one")) {
            backend.until(() -> backend.saw("data 1"));
            Asked slow = Asked.of(rig, "/slow");
            backend.until(() -> backend.saw("head 3 /slow"));
            backend.http2.stopAccepting();
            backend.until(() -> true);
            rig.await("absent", () -> rig.events.contains("absent w LOST"));
            assertThat(Asked.of(rig, "/late").outcome()).isEqualTo("failed REFUSED");
            backend.reply(3, "at last");
            assertThat(slow.outcome()).contains("200", "at last");
            backend.until(() -> backend.saw("end"));
            assertThat(backend.events).contains("goAway NO_ERROR");
            assertThat(String.join("\n", backend.events)).doesNotContain("\"error\"");
        }
    }

    @Test
    void politeLeaveIsFollowedByGoAwayAndTheEnd() throws Exception {
        try (LinkRig rig = new LinkRig(PATIENT);
                TunnelByHand backend = dial(rig, "one")) {
            backend.until(() -> backend.saw("data 1"));
            backend.say("{\"type\":\"drain\"}\n");
            backend.until(() -> backend.saw("data 1 {\"type\":\"drained\""));
            backend.say("{\"type\":\"leave\"}\n");
            backend.until(() -> backend.saw("end"));
            assertThat(backend.events.subList(backend.events.size() - 2, backend.events.size()))
                    .containsExactly("goAway NO_ERROR", "end");
            assertThat(rig.events).containsExactly("absent w LEFT", "leave w");
        }
    }
}
