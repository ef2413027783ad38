package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverLoopTest {
    private static final long SECOND = Rig.SECOND;

    private final Rig rig = new Rig(Profile.PATIENT.settings());
    private final HostKey host = rig.host("h1", true);

    FailoverLoopTest() {
        for (int i = 2; i <= 5; i++) {
            rig.host("h" + i, true);
        }
    }

    private boolean confirms(FailoverAction.Commit commit) {
        return commit.txn().ops().stream()
                .anyMatch(op -> op instanceof Op.Put put && put.key().equals(HostKeys.lock(host)));
    }

    private void crashAndConfirm() {
        rig.lead();
        rig.run(SECOND);
        rig.crash(host);
        rig.runUntil(host, Stage.FENCED, 500 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void deadHostGoesThroughDeathAndLockAndIsFencedBeforeItsMachinesAreRecovered() {
        rig.lead();
        rig.run(SECOND);
        rig.crash(host);
        long took = rig.runUntil(host, Stage.FENCED, 500 * SECOND);
        rig.run(SECOND);
        assertThat(rig.steps())
                .containsExactly(
                        "-ALIVE",
                        "ASKING",
                        "DEATH",
                        "+DEATH",
                        "-DEATH",
                        "LOCK",
                        "+LOCK",
                        "-LOCK",
                        "CONFIRMED",
                        "+LOCK",
                        "fence",
                        "FENCED",
                        "recover");
        assertThat(took).isBetween(330 * SECOND, 375 * SECOND);
        assertThat(rig.state(host).lockLeased()).isFalse();
        assertThat(rig.state(host).permit()).isPositive();
        assertThat(rig.state(host).decisions().records())
                .extracting(DecisionRecord::rule)
                .containsExactly(
                        "alive-gone",
                        "all-silent",
                        "silent-through-death",
                        "silent-through-lock",
                        "storage-refuses-it");
    }

    @Test
    void swiftHostIsFencedWithinTenSeconds() {
        Rig swift = new Rig(Profile.SWIFT.settings());
        HostKey dead = swift.host("h1", true);
        swift.host("h2", true);
        swift.host("h3", true);
        swift.host("h4", true);
        swift.lead();
        swift.run(SECOND);
        swift.crash(dead);
        assertThat(swift.runUntil(dead, Stage.FENCED, 60 * SECOND)).isLessThan(10 * SECOND);
    }

    @Test
    void standardHostIsFencedWithinFortyFiveSeconds() {
        Rig standard = new Rig(Profile.STANDARD.settings());
        HostKey dead = standard.host("h1", true);
        for (int i = 2; i < 5; i++) {
            standard.host("h" + i, true);
        }
        standard.lead();
        standard.run(SECOND);
        standard.crash(dead);
        assertThat(standard.runUntil(dead, Stage.FENCED, 90 * SECOND)).isLessThan(45 * SECOND);
    }

    @Test
    void storageIsAskedOnlyWhenLibvirtIsSilentAndRoundsGoOnWhileTheKeyIsGone() {
        rig.lead();
        rig.alive.remove(host);
        rig.run(120 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.ASKING);
        assertThat(rig.log).contains("ask LIBVIRT").doesNotContain("ask STORAGE");
        assertThat(rig.log.stream().filter("ask LIBVIRT"::equals).count()).isBetween(10L, 13L);
        assertThat(rig.state(host).suspectedSinceMillis()).isZero();
    }

    @Test
    void clientThatAnswersStorageKeepsItsHostFromDeath() {
        rig.lead();
        rig.alive.remove(host);
        rig.libvirtLives.remove(host);
        rig.run(600 * SECOND);
        assertThat(rig.log).contains("ask STORAGE").doesNotContain("+DEATH");
    }

    @Test
    void suspicionIsThereAsSoonAsTheKeyIsGone() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.ASKING, 60 * SECOND);
        assertThat(rig.state(host).suspectedSinceMillis()).isPositive();
    }

    @Test
    void hostThatReturnsDuringDeathIsLetGo() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.run(200 * SECOND);
        rig.rise(host);
        rig.run(SECOND);
        assertThat(rig.state(host).procedure()).isNull();
        assertThat(rig.state(host).deathRevision()).isZero();
        rig.run(400 * SECOND);
        assertThat(rig.log).doesNotContain("+LOCK");
    }

    @Test
    void signOfLifeWhileLockedEndsTheProcedure() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 400 * SECOND);
        rig.storageLives.add(host);
        rig.run(10 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.ASKING);
        assertThat(rig.state(host).lockRevision()).isZero();
        rig.run(600 * SECOND);
        assertThat(rig.log).doesNotContain("CONFIRMED");
    }

    @Test
    void traceOfAnAgentIsASignOfLife() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.run(250 * SECOND);
        rig.store.txn(Txn.of(Op.put(Keys.hostSeen(host), "{\"x\":1}")));
        rig.run(100 * SECOND);
        assertThat(rig.log).doesNotContain("+LOCK");
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
    }

    @Test
    void successorsGoOnFromTheKeys() {
        rig.lead();
        rig.crash(host);
        long began = rig.now;
        while (rig.stage(host) != Stage.FENCED && rig.now - began < 900 * SECOND) {
            rig.run(37 * SECOND);
            rig.sleep(5 * SECOND);
            rig.lead();
        }
        assertThat(rig.log.stream().filter("ASKING"::equals)).hasSize(1);
        // Ten leaders, ten times five seconds in which nobody asked, and a round of each.
        assertThat(rig.now - began).isBetween(330 * SECOND, 520 * SECOND);
    }

    @Test
    void timeInWhichNobodyAskedDoesNotCount() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.loop = null;
        rig.sleep(1000 * SECOND);
        rig.lead();
        rig.run(200 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
        rig.runUntil(host, Stage.LOCK, 200 * SECOND);
        rig.loop = null;
        rig.sleep(1000 * SECOND);
        rig.lead();
        rig.run(20 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.LOCK);
        rig.runUntil(host, Stage.CONFIRMED, 100 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.CONFIRMED);
    }

    @Test
    void leaderThatWasStoppedBelievesNoSilenceOfThatTime() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.sleep(1000 * SECOND);
        rig.run(5 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
        rig.run(150 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
    }

    @Test
    void storageThatCannotBeAskedIsNoSilence() {
        rig.storageAway = true;
        rig.lead();
        rig.crash(host);
        rig.run(900 * SECOND);
        assertThat(rig.log).contains("ask STORAGE").doesNotContain("+DEATH");
    }

    @Test
    void deathThatSomebodyDeletesIsSetAgain() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.run(60 * SECOND);
        rig.store.txn(Txn.of(Op.delete(HostKeys.death(host))));
        rig.run(50 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
        assertThat(rig.state(host).deathRevision()).isPositive();
    }

    @Test
    void keyThatReturnsInTheInstantOfACommitComesFirst() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 400 * SECOND);
        rig.commits =
                commit -> {
                    if (confirms(commit)) {
                        rig.rise(host);
                    }
                    return rig.carryOut(commit);
                };
        rig.run(120 * SECOND);
        assertThat(rig.log).doesNotContain("CONFIRMED");
        assertThat(rig.state(host).procedure()).isNull();
    }

    @Test
    void returnThatNoWatchHasSeenIsNotMissed() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 400 * SECOND);
        rig.commits =
                commit -> {
                    // Its agent takes the key, and dies again, before the commit arrives.
                    if (confirms(commit)) {
                        rig.store.txn(Txn.of(Op.put(Keys.hostSeen(host), "{\"x\":1}")));
                    }
                    return rig.carryOut(commit);
                };
        rig.run(60 * SECOND);
        assertThat(rig.log).doesNotContain("CONFIRMED");
    }

    @Test
    void answerThatComesTooLateIsNoSilence() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.ASKING, 60 * SECOND);
        rig.run(SECOND);
        assertThat(rig.log).contains("ask LIBVIRT");
        // The leader is stopped: what it finds afterwards may be its own fault.
        rig.sleep(60 * SECOND);
        rig.run(SECOND / 10);
        assertThat(rig.log).doesNotContain("ask STORAGE");
    }

    @Test
    void outcomesThatNobodyKnowsChangeNothing() {
        for (int lost = 0; lost < 2; lost++) {
            Rig one = new Rig(Profile.STANDARD.settings());
            HostKey dead = one.host("h1", true);
            one.host("h2", true);
            one.host("h3", true);
            one.host("h4", true);
            boolean carriedOut = lost == 1;
            int[] calls = {0};
            one.commits =
                    commit ->
                            ++calls[0] % 2 == 0
                                    ? one.carryOut(commit)
                                    : carriedOut
                                            ? one.carryOutUnheard(commit)
                                            : new Unknown("lost");
            one.lead();
            one.crash(dead);
            long took = one.runUntil(dead, Stage.FENCED, 300 * SECOND);
            assertThat(took).isBetween(25 * SECOND, 120 * SECOND);
            assertThat(one.steps().stream().filter("CONFIRMED"::equals)).hasSize(1);
        }
    }

    @Test
    void whatWasConfirmedStaysSoWhateverTheHostDoes() {
        crashAndConfirm();
        rig.rise(host);
        rig.libvirtLives.add(host);
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        assertThat(rig.state(host).online()).isFalse();
    }

    @Test
    void manySilentHostsAreTheNetwork() {
        HostKey other = Rig.host("h2");
        rig.lead();
        rig.run(SECOND);
        rig.crash(host);
        rig.crash(other);
        rig.run(900 * SECOND);
        assertThat(rig.leader().held()).contains("2 of 5 hosts");
        assertThat(rig.log).doesNotContain("+DEATH");
        rig.word(host, HostWord.Word.PROCEED);
        rig.runUntil(host, Stage.FENCED, 500 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void breakerHoldsInEveryStage() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 500 * SECOND);
        rig.crash(Rig.host("h2"));
        rig.run(300 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.LOCK);
        rig.rise(Rig.host("h2"));
        rig.runUntil(host, Stage.FENCED, 100 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void hostInMaintenanceIsNotAwaited() {
        rig.declared.set(0, new HostDeclaration(host, List.of("10.0.0.1"), false, false, true));
        rig.lead();
        rig.crash(host);
        rig.run(900 * SECOND);
        assertThat(rig.log).containsExactly("-ALIVE");
    }

    @Test
    void hostThatNeverLivedIsNotAwaited() {
        HostKey fresh = Rig.host("fresh");
        rig.declared.add(new HostDeclaration(fresh, List.of("10.0.0.9"), false, false, false));
        rig.lead();
        rig.run(60 * SECOND);
        assertThat(rig.state(fresh).procedure()).isNull();
    }

    @Test
    void procedureThatCannotBeReadIsLeftAloneAndSaid() {
        rig.store.txn(Txn.of(Op.put(HostKeys.procedure(host), Value.of("{\"v\":2}"))));
        rig.lead();
        rig.crash(host);
        rig.run(900 * SECOND);
        assertThat(rig.log).doesNotContain("+DEATH");
        assertThat(rig.state(host).online()).isFalse();
        assertThat(rig.leader().alarms()).containsKey(host);
    }
}
