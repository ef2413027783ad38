package io.evenkeel.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The backend's side of a link, moment by moment. Times in the tests are milliseconds. */
class LinkSessionTest {
    private static final long MILLI = 1_000_000L;
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: evenkeel-link/1\r\n\r\n";
    private static final String REGISTERED =
            "{'type':'registered','endpoint':'w.80','epoch':3,'heartbeatMillis':100,'missedMillis':250,'peers':['a:1','b:2']}\n";

    private static final class Recorded implements LinkSession.Events {
        final List<String> log = new ArrayList<>();
        @Nullable Refusal refusal;
        LinkMessage.@Nullable Report load;

        @Override
        public void registered(LinkMessage.Registered registered) {
            log.add("registered " + registered.endpoint());
        }

        @Override
        public void peers(List<String> peers) {
            log.add("peers " + peers);
        }

        @Override
        public void refused(Refusal why) {
            refusal = why;
            log.add("refused " + why.code());
        }

        @Override
        public void lost(String why) {
            log.add("lost");
        }

        @Override
        public void drain(LinkMessage.Drain drain) {
            log.add(drain.cancel() ? "undrain" : "drain");
        }

        @Override
        public void drained(long outstanding) {
            log.add("drained " + outstanding);
        }

        @Override
        public void operatorDrained(long outstanding) {
            log.add("drained by the operator " + outstanding);
        }

        @Override
        public LinkMessage.@Nullable Report load() {
            return load;
        }
    }

    private final Recorded events = new Recorded();
    private final Registration registration =
            LinkConfig.of("shop", "127.0.0.1:80")
                    .workload("w")
                    .incarnation("i")
                    .build()
                    .registration();
    private final LinkSession session = new LinkSession(registration, "gw:7081", events, 0);

    private void receive(long millis, String text) {
        session.received(
                millis * MILLI,
                ByteBuffer.wrap(text.replace("'", "\"").getBytes(StandardCharsets.UTF_8)));
    }

    private String sent() {
        return new String(session.takeOutput(), StandardCharsets.UTF_8);
    }

    private void link() {
        sent();
        receive(0, SWITCHING + REGISTERED);
        assertThat(session.state()).isEqualTo(LinkSession.State.LINKED);
    }

    @Test
    void handshakeIsAsDocumented() {
        String body = new String(registration.toBytes(), StandardCharsets.UTF_8);
        assertThat(sent())
                .isEqualTo(
                        "GET /link HTTP/1.1\r\nHost: gw:7081\r\nConnection: Upgrade\r\n"
                                + "Upgrade: evenkeel-link/1\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body);
    }

    @Test
    void answerIsTheSameHoweverItIsCut() {
        byte[] all = (SWITCHING + REGISTERED).replace("'", "\"").getBytes(StandardCharsets.UTF_8);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Recorded seen = new Recorded();
            LinkSession cut = new LinkSession(registration, "gw", seen, 0);
            for (int at = 0; at < all.length; ) {
                int count = Math.min(all.length - at, 1 + random.nextInt(30));
                cut.received(0, ByteBuffer.wrap(all, at, count));
                at += count;
            }
            assertThat(seen.log).containsExactly("registered w.80", "peers [a:1, b:2]");
        }
    }

    @Test
    void refusalIsReadWithAllItsProblems() {
        String body = "{'code':'invalid','problems':['a','b']}";
        receive(
                0,
                "HTTP/1.1 422 No\r\nContent-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\n\r\n"
                        + body);
        assertThat(events.refusal).isEqualTo(new Refusal("invalid", List.of("a", "b"), -1));
        assertThat(session.state()).isEqualTo(LinkSession.State.CLOSED);
    }

    @Test
    void busyGatewayIsTriedAgainAfterTheTimeItNames() {
        receive(0, "HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n");
        assertThat(events.refusal)
                .isNotNull()
                .satisfies(refusal -> assertThat(refusal.retryAfterMillis()).isEqualTo(3_000))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("busy"));
    }

    @Test
    void somethingElseOnThePortIsTriedAgainNotBelieved() {
        receive(0, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
        assertThat(Objects.requireNonNull(events.refusal).permanent()).isFalse();
    }

    @Test
    void loadIsReportedWithEachHeartbeatElseAPing() {
        link();
        assertThat(session.deadline()).isEqualTo(100 * MILLI);
        session.time(100 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"ping\",\"n\":1}\n");
        events.load = new LinkMessage.Report(2, -1, -1, -1);
        session.time(200 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"report\",\"inFlight\":2}\n");
    }

    @Test
    void pingIsAnswered() {
        link();
        receive(1, "{'type':'ping','n':4}\n");
        assertThat(sent()).isEqualTo("{\"type\":\"pong\",\"n\":4}\n");
    }

    @Test
    void silentGatewayIsGivenUpLaterThanAGatewayWould() {
        link();
        session.time(999 * MILLI);
        assertThat(session.state()).isEqualTo(LinkSession.State.LINKED);
        session.time(1_000 * MILLI);
        assertThat(session.state()).isEqualTo(LinkSession.State.CLOSED);
        assertThat(events.log).endsWith("lost");
    }

    @Test
    void drainAndLeaveGoByTheBook() {
        link();
        session.drain(0, 500, "bye");
        assertThat(sent())
                .isEqualTo("{\"type\":\"drain\",\"deadlineMillis\":500,\"reason\":\"bye\"}\n");
        receive(1, "{'type':'drained','outstanding':0}\n");
        assertThat(events.log).endsWith("drained 0");
        receive(1, "{'type':'drained','outstanding':2,'operator':true}\n");
        assertThat(events.log).endsWith("drained 0", "drained by the operator 2");
        session.leave(2, "");
        assertThat(sent()).isEqualTo("{\"type\":\"leave\"}\n");
        session.ended("closed");
        assertThat(session.state()).isEqualTo(LinkSession.State.CLOSED);
        assertThat(events.log).doesNotContain("lost");
    }

    @Test
    void operatorsDrainIsHeard() {
        link();
        receive(0, "{'type':'drain','deadlineMillis':1}\n{'type':'drain','cancel':true}\n");
        assertThat(events.log).endsWith("drain", "undrain");
    }

    @Test
    void cutLinkSaysWhetherToDialAgain() {
        link();
        receive(0, "{'type':'error','code':'replaced','retryAfterMillis':-1}\n{'type':'ping'}\n");
        assertThat(Objects.requireNonNull(events.refusal).permanent()).isTrue();
        assertThat(sent()).isEmpty();
    }

    @Test
    void unknownMessagesAreIgnored() {
        link();
        receive(0, "{'type':'future','x':[1]}\n\r\n{'type':'pong'}\n");
        assertThat(session.state()).isEqualTo(LinkSession.State.LINKED);
        assertThat(sent()).isEmpty();
    }

    @Test
    void gatewayThatNeverAnswersIsGivenUp() {
        session.time(10_000 * MILLI);
        assertThat(events.log).containsExactly("lost");
    }

    @Test
    void randomAnswersNeverDoMoreThanEndTheLink() {
        long seed = Long.getLong("seed", 13L);
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] all =
                    (SWITCHING + REGISTERED + "{'type':'ping','n':1}\n")
                            .replace("'", "\"")
                            .getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(4); i > 0; i--) {
                all[random.nextInt(all.length)] = (byte) random.nextInt(256);
            }
            Recorded seen = new Recorded();
            LinkSession fuzzed = new LinkSession(registration, "gw", seen, 0);
            fuzzed.received(0, ByteBuffer.wrap(all));
            fuzzed.ended("closed");
            long ends =
                    seen.log.stream()
                            .filter(e -> e.startsWith("lost") || e.startsWith("refused"))
                            .count();
            assertThat(ends).as("seed %d, round %d", seed, round).isOne();
        }
    }

    @Test
    void releaseIsInDoubtUntilTheGatewayHasClosedForIt() {
        link();
        session.release(0);
        assertThat(sent()).contains("\"code\":\"surplus\"");
        session.ended("closed");
        assertThat(session.state()).isEqualTo(LinkSession.State.CLOSED);
        assertThat(session.isInDoubt()).isFalse();
        assertThat(events.log).doesNotContain("lost");
    }

    @Test
    void releaseOfWhichNothingIsHeardStaysInDoubt() {
        link();
        session.release(0);
        session.time(1_000 * MILLI);
        assertThat(session.state()).isEqualTo(LinkSession.State.CLOSED);
        assertThat(session.isInDoubt()).isTrue();
    }

    @Test
    void releaseOnAConnectionThatBreaksStaysInDoubt() {
        link();
        session.release(0);
        session.broken("reset");
        assertThat(session.isInDoubt()).isTrue();
    }

    @Test
    void releaseThatCrossesTheGatewaysOwnEndStaysInDoubt() {
        link();
        session.release(0);
        receive(0, "{'type':'error','code':'silent','retryAfterMillis':0}\n");
        session.ended("closed");
        assertThat(session.isInDoubt()).isTrue();
    }

    @Test
    void registrationWithoutAnAnswerIsInDoubtAndARefusedOneIsNot() {
        LinkSession refused = new LinkSession(registration, "gw:7081", events, 0);
        refused.received(
                0,
                ByteBuffer.wrap(
                        "HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.UTF_8)));
        refused.ended("closed");
        assertThat(refused.isInDoubt()).isFalse();
        session.ended("closed");
        assertThat(session.isInDoubt()).isTrue();
    }

    @Test
    void lostLinkIsNoDoubt() {
        link();
        session.broken("reset");
        assertThat(events.log).endsWith("lost");
        assertThat(session.isInDoubt()).isFalse();
    }
}
