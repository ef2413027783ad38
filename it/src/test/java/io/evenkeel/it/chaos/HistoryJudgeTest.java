package io.evenkeel.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import org.junit.jupiter.api.Test;

/** Each promise is broken once, and found. */
class HistoryJudgeTest {
    private static final String POLICY = HistoryJudge.NUMBERED + "c1";

    private final Verdict verdict = new Verdict(sentence -> {});
    private final HistoryJudge judge = new HistoryJudge(verdict);

    private void numbered(long revision, long number) {
        judge.observe(
                new Event(
                        revision,
                        HistoryJudge.key(POLICY),
                        "{\"metadata\":{\"labels\":{\"number\":\"" + number + "\"}}}"));
    }

    private void lock(long revision, String id) {
        judge.observe(new Event(revision, Keys.leader("control"), "{\"id\":\"" + id + "\"}"));
    }

    private void unlock(long revision) {
        judge.observe(new Event(revision, Keys.leader("control"), null));
    }

    private void duty(long revision, String by) {
        judge.observe(
                new Event(
                        revision,
                        HistoryJudge.key(HistoryJudge.DUTY),
                        "{\"metadata\":{\"labels\":{\"by\":\"" + by + "\"}}}"));
    }

    private void found(String promise) {
        assertThat(verdict.all()).singleElement().asString().startsWith(promise);
    }

    @Test
    void aHistoryAsPromisedIsNotComplainedAbout() {
        lock(3, "c1");
        duty(4, "c1");
        unlock(5);
        lock(6, "c2");
        duty(7, "c2");
        judge.attempted(1, POLICY, 0);
        judge.attempted(2, POLICY, 8);
        judge.attempted(3, POLICY, 8);
        numbered(8, 1);
        judge.acknowledged(1, 8, true);
        numbered(9, 2);
        judge.refused(3, "another revision");
        judge.registered("b1", 10);
        judge.observe(new Event(10, Keys.spec(Kind.ENDPOINT, "default", "b1"), "{}"));
        judge.observedUpTo(10);
        assertThat(verdict.all()).isEmpty();
    }

    @Test
    void anAcknowledgedChangeThatIsNotThereIsFound() {
        judge.attempted(1, POLICY, 0);
        judge.acknowledged(1, 8, true);
        judge.observedUpTo(7);
        assertThat(verdict.all()).isEmpty();
        judge.observedUpTo(8);
        found("an acknowledged change is not lost");
    }

    @Test
    void aRefusedChangeThatTookEffectIsFoundWhicheverIsSeenFirst() {
        judge.attempted(1, POLICY, 0);
        numbered(8, 1);
        judge.refused(1, "nothing was written");
        found("a refused change takes no effect");
        judge.attempted(2, POLICY, 0);
        judge.refused(2, "nothing was written");
        numbered(9, 2);
        assertThat(verdict.all()).hasSize(2);
    }

    @Test
    void aChangeThatTookEffectTwiceIsFound() {
        judge.attempted(1, POLICY, 0);
        numbered(8, 1);
        numbered(9, 1);
        found("a change takes effect once");
    }

    @Test
    void aLostUpdateIsFound() {
        judge.attempted(1, POLICY, 0);
        judge.attempted(2, POLICY, 8);
        judge.attempted(3, POLICY, 8);
        numbered(8, 1);
        numbered(9, 2);
        numbered(10, 3);
        found("a change on the condition of a revision");
    }

    @Test
    void whatADeposedLeaderWritesIsFound() {
        lock(3, "c1");
        unlock(4);
        lock(5, "c2");
        duty(6, "c1");
        found("only who holds the lock writes as the leader");
    }

    @Test
    void aLockThatIsTakenFromItsHolderIsFound() {
        lock(3, "c1");
        lock(4, "c2");
        found("a lock is taken only when it is free");
    }

    @Test
    void aRegistrationThatIsNotThereOrDeletedIsFound() {
        judge.registered("b1", 7);
        judge.observedUpTo(7);
        found("a registration that was acknowledged is not lost");
        judge.observe(new Event(8, Keys.spec(Kind.ENDPOINT, "default", "b1"), null));
        assertThat(verdict.all()).hasSize(2);
    }
}
