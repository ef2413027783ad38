package io.evenkeel.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Each promise is broken once, and found; what a fault explains is not held against anybody. */
class RequestJudgeTest {
    private static final Cast CAST = Cast.of(1, 1, 2, 2);
    private static final String WHOLE = "complete";

    private final Troubles troubles = new Troubles(CAST);
    private final Links links = new Links();
    private final Verdict verdict = new Verdict(sentence -> {});
    private final RequestJudge judge =
            new RequestJudge(troubles, links, (begin, end) -> 0, verdict);

    private void logged(long at, String endpoint, int attempts, int status, String reason)
            throws IOException {
        judge.judge(
                "g1",
                """
                {"time":"%s","status":%d,"reason":"%s","endpoint":"%s","attempts":%d,\
                "pickMicros":1000,"endMicros":2000}\
                """
                        .formatted(Instant.ofEpochMilli(at), status, reason, endpoint, attempts));
    }

    private void found(String promise) {
        assertThat(verdict.all()).singleElement().asString().startsWith(promise);
    }

    @Test
    void aPickOfABackendThatHasBeenSilentForTooLongIsFound() throws IOException {
        links.registered("b1", "g1", 0);
        troubles.begin(Troubles.What.PAUSED, "b1", 10_000);
        logged(12_500, "b1", 1, 200, WHOLE);
        assertThat(verdict.all()).isEmpty();
        logged(15_000, "b1", 1, 200, WHOLE);
        found("no backend is picked that has been silent");
    }

    @Test
    void oneInTheQueueThatHasBeenSilentForTooLongIsFoundUnlessItWasHeardMeanwhile() {
        links.registered("b1", "g1", 0);
        Troubles.Trouble paused = troubles.begin(Troubles.What.PAUSED, "b1", 10_000);
        judge.mayBePicked("g1", "b1", 13_000, 13_010);
        paused.ending(20_000);
        judge.mayBePicked("g1", "b1", 19_990, 20_010);
        assertThat(verdict.all()).isEmpty();
        judge.mayBePicked("g1", "b1", 14_000, 14_010);
        found("no backend is picked that has been silent");
    }

    @Test
    void aGatewayThatWasStoppedMeanwhileOrHeldNoLinkIsNotBlamed() throws IOException {
        troubles.begin(Troubles.What.PAUSED, "b1", 10_000);
        logged(20_000, "b1", 1, 200, WHOLE);
        links.registered("b2", "g1", 0);
        troubles.begin(Troubles.What.PAUSED, "b2", 10_000);
        troubles.begin(Troubles.What.PAUSED, "g1", 11_000).over(19_000);
        logged(20_000, "b2", 1, 200, WHOLE);
        assertThat(verdict.all()).isEmpty();
    }

    @Test
    void aFailureThatNothingExplainsIsFound() throws IOException {
        troubles.begin(Troubles.What.DOWN, "b2", 10_000);
        troubles.begin(Troubles.What.DOWN, "g2", 10_000);
        logged(10_100, "b1", 1, 502, "upstream.wait.aborted");
        found("a request fails only by what was done");
    }

    @Test
    void aFailureOfWhomSomethingWasDoneToIsExplainedAndNoLongerAfterFiveSeconds()
            throws IOException {
        troubles.begin(Troubles.What.DOWN, "b1", 10_000).over(11_000);
        logged(10_100, "b1", 1, 502, "upstream.wait.aborted");
        logged(15_900, "b1", 1, 502, "upstream.wait.aborted");
        logged(10_100, "b2", 2, 502, "upstream.wait.aborted");
        assertThat(verdict.all()).isEmpty();
        logged(16_100, "b1", 1, 502, "upstream.wait.aborted");
        found("a request fails only by what was done");
    }

    @Test
    void nobodyToPickWhileThereWasSomebodyIsFound() throws IOException {
        troubles.begin(Troubles.What.DOWN, "b1", 10_000);
        logged(10_100, "", 0, 503, "gateway.pick.none-eligible");
        found("a request fails only by what was done");
        troubles.begin(Troubles.What.CUT, "b2", "g1", 10_000);
        logged(10_100, "", 0, 503, "gateway.pick.none-eligible");
        assertThat(verdict.all()).hasSize(1);
    }

    @Test
    void clientsThatWereCutOffMayLeave() throws IOException {
        logged(10_000, "b1", 1, 0, "client.wait.aborted");
        found("a request fails only by what was done");
        troubles.begin(Troubles.What.CUT, "g1", Cast.CLIENTS, 9_000);
        logged(10_000, "b1", 1, 0, "client.wait.aborted");
        assertThat(verdict.all()).hasSize(1);
    }
}
