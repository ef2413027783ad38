package io.evenkeel.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway's side of a link, moment by moment. Times in the tests are milliseconds. */
class LinkServerSessionTest {
    private static final long MILLI = 1_000_000L;
    private static final EndpointKey KEY = new EndpointKey("default", "vm-17.8080");
    private static final String BODY =
            "{\"service\":\"shop\",\"workload\":\"vm-17\",\"address\":\"10.0.0.17:8080\",\"incarnation\":\"i\"}";

    private final RecordedActions actions = new RecordedActions();
    private final LinkServerSession session =
            new LinkServerSession(LinkSettings.defaults("gw"), actions, 0);

    private void receive(long millis, String text) {
        byte[] bytes = text.replace("'", "\"").getBytes(StandardCharsets.UTF_8);
        session.received(millis * MILLI, ByteBuffer.wrap(bytes));
    }

    private static String head(int length) {
        return "GET /link HTTP/1.1\r\nHost: gw\r\nConnection: Upgrade\r\nUpgrade: evenkeel-link/1\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    private void admit(long millis, long epoch) {
        session.admitted(millis * MILLI, new AdmissionReply.Admitted(KEY, epoch));
    }

    private void refuse(AdmissionReply.Code code, long retryMillis) {
        session.admitted(
                0, new AdmissionReply.Refused(code, "why", Duration.ofMillis(retryMillis)));
    }

    private void link() {
        receive(0, head(BODY.length()) + BODY);
        admit(0, 42);
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
        sent();
    }

    private String sent() {
        LinkOutput output = session.output();
        ByteBuffer bytes = ByteBuffer.allocate(output.size());
        output.copyTo(bytes);
        output.sent(bytes.position());
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    @Test
    void registrationIsAdmittedThenAnsweredThenPresent() {
        receive(0, head(BODY.length()) + BODY);
        assertThat(session.state()).isEqualTo(LinkState.ADMITTING);
        assertThat(sent()).isEmpty();
        admit(3, 42);
        assertThat(actions.log).containsExactly("admit vm-17.8080", "linked vm-17.8080 42");
        assertThat(sent())
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .endsWith(
                        "{\"type\":\"registered\",\"endpoint\":\"vm-17.8080\",\"epoch\":42,\"gateway\":\"gw\","
                                + "\"heartbeatMillis\":1000,\"missedMillis\":2500,\"peers\":[\"127.0.0.1:7081\"]}\n");
    }

    @Test
    void handshakeIsTheSameHoweverItIsCut() {
        byte[] all = (head(BODY.length()) + BODY).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            RecordedActions seen = new RecordedActions();
            LinkServerSession cut = new LinkServerSession(LinkSettings.defaults("gw"), seen, 0);
            for (int at = 0; at < all.length; ) {
                int count = Math.min(all.length - at, 1 + random.nextInt(40));
                cut.received(0, ByteBuffer.wrap(all, at, count));
                at += count;
            }
            assertThat(seen.log).containsExactly("admit vm-17.8080");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 426 | version",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 426 | version",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/2\\r\\nContent-Length: 2\\r\\n\\r\\n | 426 | version",
                "POST /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nContent-Length: 2\\r\\n\\r\\n | 400 | handshake",
                "GET /x HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nContent-Length: 2\\r\\n\\r\\n | 400 | handshake",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\n\\r\\n | 400 | handshake",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | 400 | handshake",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nContent-Length: 65537\\r\\n\\r\\n | 413 | too-large",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nContent-Length: 2\\r\\n\\r\\n{} | 422 | invalid",
                "GET /link HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: evenkeel-link/1\\r\\nContent-Length: 2\\r\\n\\r\\n{}x | 400 | handshake",
                "GET /link HTTP/1.1\\nHost: a\\n\\n | 400 | handshake",
                "\\x16\\x03\\x01 hello | 400 | handshake",
            })
    void whatIsNoRegistrationGetsOneClearAnswer(String text, int status, String code) {
        receive(
                0,
                text.replace("\\r", "\r")
                        .replace("\\n", "\n")
                        .replace("\\x16", "\u0016")
                        .replace("\\x03", "\u0003")
                        .replace("\\x01", "\u0001"));
        assertThat(sent())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("Content-Type: application/problem+json\r\n")
                .contains("\"code\":\"" + code + "\"");
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
        receive(1, "more of it");
        assertThat(sent()).isEmpty();
        assertThat(actions.log).isEmpty();
    }

    @Test
    void linesOfATunnelledLinkAreTheTunnels() {
        String body = "{\"service\":\"s\",\"workload\":\"w\",\"incarnation\":\"i\"}";
        receive(0, head(body.length()) + body);
        assertThat(session.tunnelled()).isFalse();
        session.admitted(0, new AdmissionReply.Admitted(new EndpointKey("default", "w"), 1));
        assertThat(session.tunnelled()).isTrue();
        assertThat(sent()).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n");
        assertThat(session.lineOutput().isEmpty()).isFalse();
    }

    @Test
    void octetsOfATunnelAreASignOfLife() {
        String body = "{\"service\":\"s\",\"workload\":\"w\",\"incarnation\":\"i\"}";
        receive(0, head(body.length()) + body);
        session.admitted(0, new AdmissionReply.Admitted(new EndpointKey("default", "w"), 1));
        session.heard(2_000 * MILLI);
        session.time(4_000 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
        session.time(4_500 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
    }

    @Test
    void slowHandshakeIsRefusedInTime() {
        receive(4_000, head(BODY.length()));
        session.time(4_999 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.HANDSHAKE);
        session.time(5_000 * MILLI);
        assertThat(sent()).startsWith("HTTP/1.1 408 ").contains("Retry-After: 1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID, 0, 422, invalid, false",
        "OVERSIZED, 0, 413, too-large, false",
        "WRONG_TENANT, 0, 403, forbidden, false",
        "WRONG_SERVICE, 0, 409, conflict, false",
        "DUPLICATE, 60000, 409, conflict, true",
        "SUPERSEDED, 0, 409, replaced, false",
        "BUSY, 2500, 503, busy, true",
        "UNAVAILABLE, 1000, 503, busy, true"
    })
    void refusedAdmissionSaysWhyAndWhen(
            AdmissionReply.Code code, long retry, int status, String name, boolean again) {
        receive(0, head(BODY.length()) + BODY);
        refuse(code, retry);
        String answer = sent();
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\"code\":\"" + name + "\"");
        assertThat(answer.contains("\"retryAfterMillis\":" + retry)).isEqualTo(again);
        assertThat(actions.refused).extracting(LinkError::code).containsExactly(name);
    }

    @Test
    void olderIncarnationIsRefusedIfItReturns() {
        actions.newest = false;
        receive(0, head(BODY.length()) + BODY);
        admit(0, 41);
        assertThat(sent()).startsWith("HTTP/1.1 409 ").contains("\"code\":\"replaced\"");
        session.ended(1);
        assertThat(actions.log).doesNotContain("unlinked vm-17.8080 41 LOST");
    }

    @Test
    void heartbeatThatIsMissedEndsTheLinkNotOneThatIsLate() {
        link();
        receive(2_400, "{'type':'ping','n':1}\n");
        session.time(2_500 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
        session.time(4_899 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
        session.time(4_900 * MILLI);
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 SILENT");
        assertThat(sent()).endsWith("\"detail\":\"nothing heard for 2500 ms\"}\n");
    }

    @Test
    void gatewayLetsItselfBeHeardWhenNothingElseIsToSay() {
        link();
        assertThat(session.deadline()).isEqualTo(1_250 * MILLI);
        receive(1_000, "{'type':'report','inFlight':2}\n");
        session.time(1_250 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"ping\",\"n\":1}\n");
        assertThat(actions.reports).hasSize(1);
    }

    @Test
    void pingIsAnsweredAtOnce() {
        link();
        receive(10, "{'type':'ping','n':9}\n{'type':'ping','n':10}\n");
        assertThat(sent()).isEqualTo("{\"type\":\"pong\",\"n\":9}\n{\"type\":\"pong\",\"n\":10}\n");
    }

    @Test
    void drainIsAnsweredWhenNothingRunsAnyMore() {
        link();
        actions.outstanding = 2;
        receive(100, "{'type':'drain','deadlineMillis':1000}\n");
        assertThat(actions.log).endsWith("drains");
        assertThat(sent()).isEmpty();
        assertThat(session.deadline()).isEqualTo(105 * MILLI);
        session.time(105 * MILLI);
        assertThat(sent()).isEmpty();
        actions.outstanding = 0;
        session.time(110 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"drained\",\"outstanding\":0}\n");
    }

    @Test
    void drainIsAnsweredAtItsDeadlineWithWhatStillRuns() {
        link();
        actions.outstanding = 2;
        receive(0, "{'type':'drain','deadlineMillis':8}\n");
        session.time(5 * MILLI);
        assertThat(session.deadline()).isEqualTo(8 * MILLI);
        session.time(8 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"drained\",\"outstanding\":2}\n");
    }

    @Test
    void drainCanBeTakenBack() {
        link();
        actions.outstanding = 1;
        receive(0, "{'type':'drain'}\n{'type':'drain','cancel':true}\n");
        assertThat(actions.log).endsWith("drains", "drains no more");
        session.time(100 * MILLI);
        assertThat(sent()).isEmpty();
    }

    @Test
    void operatorsDrainIsToldOnceAndAnsweredWhenNothingRunsAnyMore() {
        link();
        actions.outstanding = 1;
        LinkMessage.Drain wanted = new LinkMessage.Drain(9_000, "new kernel", false);
        assertThat(session.operator(0, wanted)).isTrue();
        assertThat(session.operator(1, wanted)).isFalse();
        assertThat(sent())
                .isEqualTo(
                        "{\"type\":\"drain\",\"deadlineMillis\":9000,\"reason\":\"new kernel\"}\n");
        session.time(5 * MILLI);
        assertThat(sent()).isEmpty();
        actions.outstanding = 0;
        session.time(10 * MILLI);
        assertThat(sent())
                .isEqualTo("{\"type\":\"drained\",\"outstanding\":0,\"operator\":true}\n");
        assertThat(actions.log).doesNotContain("drains");
        assertThat(session.operator(11, null)).isFalse();
        assertThat(sent()).isEqualTo("{\"type\":\"drain\",\"cancel\":true}\n");
        assertThat(session.operator(12, wanted)).isTrue();
    }

    @Test
    void operatorsDrainIsAnsweredAtItsDeadlineWithWhatStillRuns() {
        link();
        actions.outstanding = 3;
        session.operator(0, new LinkMessage.Drain(8, "", false));
        assertThat(sent()).doesNotContain("drained");
        session.time(8 * MILLI);
        assertThat(sent())
                .isEqualTo("{\"type\":\"drained\",\"outstanding\":3,\"operator\":true}\n");
    }

    @Test
    void bothDrainsAreAnsweredEachOnItsOwn() {
        link();
        actions.outstanding = 1;
        session.operator(0, new LinkMessage.Drain(1_000, "", false));
        receive(0, "{'type':'drain','deadlineMillis':8}\n");
        sent();
        session.time(8 * MILLI);
        assertThat(sent()).isEqualTo("{\"type\":\"drained\",\"outstanding\":1}\n");
        actions.outstanding = 0;
        session.time(13 * MILLI);
        assertThat(sent())
                .isEqualTo("{\"type\":\"drained\",\"outstanding\":0,\"operator\":true}\n");
    }

    @Test
    void leaveForgetsAndCloses() {
        link();
        receive(0, "{'type':'leave'}\n{'type':'ping'}\n");
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 LEFT");
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
        assertThat(sent()).isEmpty();
        session.time(1_000 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.CLOSED);
    }

    @Test
    void lostConnectionIsToldOnce() {
        link();
        session.ended(1);
        session.ended(2);
        assertThat(actions.log)
                .containsExactly(
                        "admit vm-17.8080", "linked vm-17.8080 42", "unlinked vm-17.8080 42 LOST");
    }

    @Test
    void badLineEndsTheLinkWithTheReason() {
        link();
        receive(0, "{'type':'ping','n':-1}\n");
        assertThat(sent()).contains("\"code\":\"protocol\"").contains("n: -1 (expected:");
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 CUT");
    }

    @Test
    void lineWithoutEndIsCutAtItsLimit() {
        link();
        receive(0, "x".repeat(65_535));
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
        receive(0, "x");
        assertThat(sent()).contains("\"code\":\"too-large\"");
    }

    @Test
    void messageOfGatewaysFromABackendIsRefused() {
        link();
        receive(0, "{'type':'registered','endpoint':'e'}\n");
        assertThat(sent()).contains("\"code\":\"protocol\"");
    }

    @Test
    void renewIsAdmittedAndAnsweredAndKeepsTheEpoch() {
        link();
        String heavier = BODY.replace("\"incarnation\"", "\"weight\":9,\"incarnation\"");
        receive(0, "{'type':'renew','registration':" + heavier + "}\n");
        assertThat(actions.registrations.get(1).weight()).isEqualTo(9);
        admit(1, 42);
        assertThat(sent()).startsWith("{\"type\":\"registered\"").contains("\"epoch\":42");
        assertThat(session.state()).isEqualTo(LinkState.LINKED);
    }

    @Test
    void renewOfAnotherIdentityEndsTheLink() {
        link();
        receive(
                0,
                "{'type':'renew','registration':"
                        + BODY.replace("\"incarnation\":\"i\"", "\"incarnation\":\"j\"")
                        + "}\n");
        assertThat(sent()).contains("\"code\":\"protocol\"");
    }

    @Test
    void backendThatDoesNotReadIsCutNotBuffered() {
        link();
        for (int i = 0; i < 100_000 && session.state() == LinkState.LINKED; i++) {
            receive(0, "{'type':'ping','n':" + i + "}\n");
        }
        assertThat(session.state()).isEqualTo(LinkState.CLOSED);
        assertThat(session.output().size()).isLessThanOrEqualTo(LinkOutput.MOST_BYTES);
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 SILENT");
    }

    @Test
    void cutLinkSaysWhyAndThatItMustNotReturn() {
        link();
        session.fail(0, LinkError.REPLACED, "newer", -1);
        assertThat(sent())
                .isEqualTo(
                        "{\"type\":\"error\",\"code\":\"replaced\",\"detail\":\"newer\",\"retryAfterMillis\":-1}\n");
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 REPLACED");
    }

    @Test
    void randomBytesNeverDoMoreThanEndTheLink() {
        long seed = Long.getLong("seed", 31L);
        Random random = new Random(seed);
        String lines =
                "{\"type\":\"ping\",\"n\":1}\n{\"type\":\"drain\"}\n{\"type\":\"report\",\"inFlight\":1}\n{\"type\":\"leave\"}\n";
        for (int round = 0; round < 3_000; round++) {
            RecordedActions seen = new RecordedActions();
            LinkServerSession fuzzed = new LinkServerSession(LinkSettings.defaults("gw"), seen, 0);
            byte[] all = (head(BODY.length()) + BODY + lines).getBytes(StandardCharsets.UTF_8);
            int handshake = all.length - lines.length();
            for (int i = random.nextInt(4); i > 0; i--) {
                all[random.nextInt(all.length)] = (byte) random.nextInt(256);
            }
            fuzzed.received(0, ByteBuffer.wrap(all, 0, handshake));
            if (fuzzed.state() == LinkState.ADMITTING) {
                fuzzed.admitted(0, new AdmissionReply.Admitted(KEY, 1));
            }
            fuzzed.received(1, ByteBuffer.wrap(all, handshake, lines.length()));
            fuzzed.time(10_000 * MILLI);
            fuzzed.time(20_000 * MILLI);
            long linked = seen.log.stream().filter(e -> e.startsWith("linked")).count();
            long unlinked = seen.log.stream().filter(e -> e.startsWith("unlinked")).count();
            assertThat(fuzzed.state())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(LinkState.CLOSED);
            assertThat(unlinked).as("seed %d, round %d", seed, round).isEqualTo(linked);
        }
    }

    private void linkTunnel() {
        String body = "{'service':'shop','workload':'vm-17','incarnation':'i'}";
        receive(0, head(body.length()) + body);
        admit(0, 42);
        assertThat(session.tunnelled()).isTrue();
        sent();
        lines();
    }

    private String lines() {
        LinkOutput output = session.lineOutput();
        ByteBuffer bytes = ByteBuffer.allocate(output.size());
        output.copyTo(bytes);
        output.sent(bytes.position());
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    @Test
    void tunnelThatIsCutCarriesItsRequestsToTheirEndBeforeItSaysWhy() {
        linkTunnel();
        actions.carrying = true;
        session.cut(10 * MILLI, LinkError.STOPPING, "the gateway stops", 1_000);
        assertThat(session.state()).isEqualTo(LinkState.FINISHING);
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 CUT");
        assertThat(lines()).isEmpty();
        receive(500, "{'type':'ping','n':7}\n");
        assertThat(lines()).contains("\"pong\",\"n\":7");
        session.time(2_000 * MILLI);
        assertThat(lines()).as("it is let hear that the gateway lives").contains("ping");
        // Cut for another reason as well: the first holds.
        session.cut(2_001 * MILLI, LinkError.REPLACED, "gone", -1);
        assertThat(session.state()).isEqualTo(LinkState.FINISHING);
        actions.carrying = false;
        assertThat(session.deadline()).isLessThanOrEqualTo(2_005 * MILLI);
        session.time(2_005 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
        assertThat(lines()).contains("\"code\":\"stopping\"");
        assertThat(actions.log.stream().filter(said -> said.startsWith("unlinked"))).hasSize(1);
    }

    @Test
    void tunnelIsEndedWhenItsRequestsTakeTooLongOrItsBackendIsSilent() {
        linkTunnel();
        actions.carrying = true;
        session.cut(0, LinkError.STOPPING, "the gateway stops", 1_000);
        session.time(2_499 * MILLI);
        assertThat(session.state()).isEqualTo(LinkState.FINISHING);
        session.time(2_500 * MILLI);
        assertThat(session.state()).as("silent").isEqualTo(LinkState.CLOSING);

        LinkServerSession other = new LinkServerSession(LinkSettings.defaults("gw"), actions, 0);
        String body = "{'service':'shop','workload':'vm-17','incarnation':'i'}".replace('\'', '"');
        other.received(
                0, ByteBuffer.wrap((head(body.length()) + body).getBytes(StandardCharsets.UTF_8)));
        other.admitted(0, new AdmissionReply.Admitted(KEY, 42));
        other.cut(0, LinkError.STOPPING, "the gateway stops", 1_000);
        other.heard(29_999 * MILLI);
        other.time(29_999 * MILLI);
        assertThat(other.state()).isEqualTo(LinkState.FINISHING);
        other.time(30_000 * MILLI);
        assertThat(other.state()).as("too long").isEqualTo(LinkState.CLOSING);
    }

    @Test
    void backendThatTakesNoMoreRequestsIsAbsentAndKeepsThoseItHas() {
        linkTunnel();
        actions.carrying = true;
        session.goesAway(0);
        assertThat(session.state()).isEqualTo(LinkState.FINISHING);
        assertThat(actions.log).endsWith("unlinked vm-17.8080 42 LOST");
        receive(10, "not a line\n");
        assertThat(session.state()).as("a bad line ends it").isEqualTo(LinkState.CLOSING);
        assertThat(lines()).isEmpty();
    }
}
