package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.HostKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostFencingTest {
    private static final long SECOND = Rig.SECOND;

    private final Rig rig = new Rig(Profile.STANDARD.settings());
    private final HostKey host = rig.host("h1", true);

    HostFencingTest() {
        for (int i = 2; i <= 5; i++) {
            rig.host("h" + i, true);
        }
    }

    private void confirm() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.CONFIRMED, 500 * SECOND);
        rig.run(60 * SECOND);
    }

    @Test
    void withoutProofNothingMayStart() {
        List<FenceReport> reports =
                List.of(
                        FenceReport.failed("no monitor answers"),
                        new FenceReport(List.of(), true, true, "not listed"),
                        new FenceReport(List.of("10.0.0.1"), false, false, "still writes"),
                        new FenceReport(List.of("10.0.0.7"), true, true, "another address"));
        for (FenceReport report : reports) {
            Rig one = new Rig(Profile.STANDARD.settings());
            HostKey dead = one.host("h1", true);
            for (int i = 2; i <= 4; i++) {
                one.host("h" + i, true);
            }
            one.fence = report;
            one.lead();
            one.crash(dead);
            one.runUntil(dead, Stage.CONFIRMED, 100 * SECOND);
            one.run(200 * SECOND);
            assertThat(one.stage(dead)).as("%s", report).isEqualTo(Stage.CONFIRMED);
            assertThat(one.state(dead).permit()).isZero();
            assertThat(one.log).contains("fence").doesNotContain("recover");
            assertThat(one.leader().alarms().get(dead)).contains("not proven");
            // It is tried on, ever more rarely.
            assertThat(one.log.stream().filter("fence"::equals).count()).isBetween(5L, 20L);
        }
    }

    @Test
    void fenceThatIsProvenLateStillCounts() {
        rig.fence = FenceReport.failed("slow");
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
        rig.fence = new FenceReport(List.of("10.0.0.1"), false, true, "gone");
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        assertThat(rig.leader().alarms()).isEmpty();
    }

    @Test
    void reportOfAnotherTokenProvesNothing() {
        rig.fence = FenceReport.failed("away");
        confirm();
        FenceReport good = new FenceReport(List.of("10.0.0.1"), true, true, "of an older fence");
        rig.step(new FailoverEvent.FenceReported(host, 1, good));
        rig.run(2 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
    }

    @Test
    void successorAssertsTheFenceAgain() {
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        rig.log.clear();
        rig.lead();
        rig.run(2 * SECOND);
        assertThat(rig.log).contains("fence");
        rig.run(30 * 60 * SECOND);
        assertThat(rig.log.stream().filter("fence"::equals).count()).isBetween(3L, 4L);
    }

    @Test
    void tasksAreAskedForUntilTheyAreThere() {
        rig.keepsPlanning = true;
        confirm();
        rig.lead();
        rig.run(60 * SECOND);
        assertThat(rig.log.stream().filter("recover"::equals).count()).isGreaterThan(3);
        rig.keepsPlanning = false;
        rig.run(60 * SECOND);
        assertThat(rig.state(host).procedure()).extracting(Procedure::planned).isEqualTo(true);
        rig.log.clear();
        rig.lead();
        rig.run(60 * SECOND);
        assertThat(rig.log).doesNotContain("recover");
    }

    @Test
    void machinesWhoseDisksDiedAreNamedWithThePlanAndAtMostTwenty() {
        rig.lost = List.of("db", "web");
        confirm();
        rig.lead();
        rig.run(30 * SECOND);
        assertThat(said("lost-disks"))
                .containsExactly("not recovered, for their disks are on the host itself: db, web");
        rig.lost = IntStream.range(100, 130).mapToObj(i -> "vm" + i).toList();
        HostKey other = Rig.host("h2");
        rig.crash(other);
        rig.runUntil(other, Stage.CONFIRMED, 500 * SECOND);
        rig.run(60 * SECOND);
        assertThat(rig.state(other).decisions().records())
                .filteredOn(record -> record.rule().equals("lost-disks"))
                .singleElement()
                .satisfies(record -> assertThat(record.outcome()).endsWith(", vm119 and 10 more"));
    }

    @Test
    void readmittedHostIsCleanedBeforeItsFenceEnds() {
        confirm();
        rig.rise(host);
        rig.libvirtLives.add(host);
        rig.log.clear();
        rig.clean = false;
        rig.word(host, HostWord.Word.READMIT);
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.READMITTING);
        assertThat(rig.log).contains("clean").doesNotContain("unfence");
        rig.clean = true;
        rig.run(60 * SECOND);
        assertThat(rig.log.indexOf("clean")).isLessThan(rig.log.indexOf("unfence"));
        assertThat(rig.state(host).procedure()).isNull();
        assertThat(rig.state(host).lockRevision()).isZero();
        assertThat(rig.state(host).word()).isNull();
        assertThat(rig.state(host).online()).isTrue();
    }

    @Test
    void readmissionGoesOnUnderASuccessor() {
        confirm();
        rig.rise(host);
        rig.word(host, HostWord.Word.READMIT);
        rig.runUntil(host, Stage.READMITTING, SECOND);
        rig.lead();
        rig.run(5 * SECOND);
        assertThat(rig.state(host).online()).isTrue();
    }

    @Test
    void hostThatIsNotBackIsNotReadmitted() {
        confirm();
        rig.word(host, HostWord.Word.READMIT);
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void tokensGrow() {
        confirm();
        long first = rig.state(host).permit();
        rig.rise(host);
        rig.word(host, HostWord.Word.READMIT);
        rig.run(5 * SECOND);
        rig.crash(host);
        rig.runUntil(host, Stage.FENCED, 100 * SECOND);
        assertThat(rig.state(host).permit()).isGreaterThan(first);
    }

    @Test
    void lockThatIsLostIsSetAgain() {
        confirm();
        rig.store.txn(Txn.of(Op.delete(HostKeys.lock(host))));
        rig.run(2 * SECOND);
        assertThat(rig.state(host).lockRevision()).isPositive();
        assertThat(rig.state(host).lockLeased()).isFalse();
    }

    @Test
    void lockWithoutARecordIsAConfirmedFailure() {
        rig.store.txn(Txn.of(Op.put(HostKeys.lock(host), "{}")));
        rig.lead();
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void hostWithoutAddressesCannotBeFenced() {
        rig.declared.set(0, new HostDeclaration(host, List.of(), false, false, false));
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
        assertThat(rig.log).doesNotContain("fence");
        assertThat(rig.leader().alarms().get(host)).contains("cannot be fenced");
    }

    private long switched() {
        return rig.log.stream().filter("switch off"::equals).count();
    }

    private List<String> said() {
        return said("switched-off");
    }

    private List<String> said(String rule) {
        return rig.state(host).decisions().records().stream()
                .filter(record -> record.rule().equals(rule))
                .map(DecisionRecord::outcome)
                .toList();
    }

    @Test
    void whatHoldsTheFenceUpIsWrittenDownOnceAndDelaysNothing() {
        rig.fence = FenceReport.failed("no monitor answers");
        confirm();
        long tries = rig.log.stream().filter("fence"::equals).count();
        rig.run(300 * SECOND);
        assertThat(said("held-up")).containsExactly("its fence is not proven: no monitor answers");
        // Half a minute apart by now, as without a word.
        assertThat(rig.log.stream().filter("fence"::equals).count() - tries).isBetween(5L, 12L);
        rig.fence = FenceReport.failed("still listed");
        rig.run(60 * SECOND);
        assertThat(said("held-up")).hasSize(2).last().asString().endsWith("still listed");
    }

    @Test
    void whatChangesWithEachTryIsWrittenDownOnceAMinute() {
        rig.fence = FenceReport.failed("still listed");
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.CONFIRMED, 500 * SECOND);
        for (int i = 0; i < 300; i++) {
            rig.fence = FenceReport.failed("still listed: " + i);
            rig.run(SECOND);
        }
        assertThat(said("held-up").size()).isBetween(2, 6);
    }

    @Test
    void confirmedHostIsSwitchedOffOnceAndNothingWaitsForIt() {
        rig.switchable(host);
        rig.switchTakes = 30 * SECOND;
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        assertThat(rig.log.indexOf("LOCK")).isLessThan(rig.log.indexOf("switch off"));
        assertThat(said()).containsExactly("its power is off: as told");
        rig.lead();
        rig.run(3_600 * SECOND);
        // Its operator may have switched it on by now.
        assertThat(switched()).isEqualTo(1);
        assertThat(said()).hasSize(1);
    }

    @Test
    void whatSwitchesItOffAndDoesNotAnswerHoldsNothingBack() {
        rig.switchable(host);
        rig.switchTakes = -1;
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        assertThat(rig.log).contains("switch off", "recover");
    }

    @Test
    void hostThatIsOffAndNotFencedStartsNothing() {
        rig.switchable(host);
        rig.fence = new FenceReport(List.of("10.0.0.1"), false, false, "still listed");
        confirm();
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
        assertThat(rig.state(host).permit()).isZero();
        assertThat(said()).hasSize(1);
        assertThat(switched()).isEqualTo(1);
    }

    @Test
    void failureToSwitchOffIsSaidOnceAndTriedAgainWhileNothingIsProven() {
        rig.switchable(host);
        rig.isOff = false;
        rig.fence = FenceReport.failed("slow");
        confirm();
        rig.run(60 * SECOND);
        assertThat(switched()).isGreaterThan(1);
        assertThat(said()).containsExactly("it could not be switched off: as told");
        rig.isOff = true;
        rig.run(60 * SECOND);
        assertThat(said()).hasSize(2);
        long tries = switched();
        rig.run(60 * SECOND);
        assertThat(switched()).isEqualTo(tries);
    }

    @Test
    void hostThatIsBackIsNotSwitchedOff() {
        rig.fence = FenceReport.failed("slow");
        confirm();
        rig.rise(host);
        rig.switchable(host);
        rig.lead();
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
        assertThat(switched()).isZero();
    }

    @Test
    void hostThatIsInQuestionOnlyOrHasNoSwitchIsNotSwitchedOff() {
        rig.lead();
        rig.switchable(host);
        rig.step(new FailoverEvent.Declared(rig.declared));
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 100 * SECOND);
        assertThat(switched()).isZero();
        rig.rise(host);
        rig.libvirtLives.add(host);
        rig.run(20 * SECOND);
        HostKey other = Rig.host("h2");
        rig.crash(other);
        rig.runUntil(other, Stage.FENCED, 500 * SECOND);
        assertThat(switched()).isZero();
    }

    @Test
    void reportOfAnOlderFailureIsNotWrittenDown() {
        rig.switchable(host);
        rig.switchTakes = -1;
        confirm();
        rig.step(new FailoverEvent.SwitchedOff(host, 1, true, "late"));
        rig.run(SECOND);
        assertThat(said()).isEmpty();
    }
}
