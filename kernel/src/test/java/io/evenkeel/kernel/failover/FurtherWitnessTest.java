package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.HostKey;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Those who may hold a recovery back, and start round one early, and nothing else. */
class FurtherWitnessTest {
    private static final long SECOND = Rig.SECOND;
    private static final Testimony SAID = new Testimony("gateway g1", "heard 2 backends on it");

    private Rig rig = new Rig(Profile.STANDARD.settings());
    private HostKey host = Rig.host("h1");

    @BeforeEach
    void hosts() {
        site(Set.of(Witness.LINKS));
    }

    private void site(Set<Witness> further) {
        rig = new Rig(Profile.STANDARD.settings().withFurther(further));
        host = rig.host("h1", true);
        for (int i = 2; i <= 5; i++) {
            rig.host("h" + i, true);
        }
        rig.lead();
    }

    private List<Entry> read(RangeQuery query) {
        return rig.store.range(query) instanceof RangeResult.Range range
                ? range.entries()
                : List.of();
    }

    /** As a gateway does; whether there was anybody to say it to. */
    private boolean testify() {
        return SAID.of(host, read(Testimony.about(host)))
                .map(txn -> rig.store.txn(txn))
                .isPresent();
    }

    private void runHeard(int seconds) {
        for (int i = 0; i < seconds; i++) {
            rig.run(SECOND);
            testify();
        }
    }

    private Procedure procedure() {
        return Objects.requireNonNull(rig.state(host).procedure());
    }

    @Test
    void heldForAsLongAsItIsHeardAndNoLonger() {
        rig.crash(host);
        runHeard(300);
        assertThat(rig.log).doesNotContain("LOCK");
        assertThat(procedure().held()).isEqualTo("a further witness sees it live: links");
        assertThat(procedure().suspectedMillis()).isPositive();
        assertThat(procedure().evidence())
                .anySatisfy(step -> {
                    assertThat(step.witness()).isEqualTo(Witness.LINKS);
                    assertThat(step.detail()).isEqualTo("gateway g1: heard 2 backends on it");
                });
        assertThat(HostOutlook.next(rig.state(host), null)).startsWith("held until");
        long took = rig.runUntil(host, Stage.FENCED, 200 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
        assertThat(procedure().held()).isEmpty();
        // Two rounds for its word to fade, and all the silence that is asked for.
        assertThat(took / SECOND).isBetween(25L, 70L);
    }

    @Test
    void holdsWhereItComesInLate() {
        rig.crash(host);
        rig.runUntil(host, Stage.LOCK, 200 * SECOND);
        runHeard(100);
        assertThat(rig.stage(host)).isEqualTo(Stage.LOCK);
        rig.runUntil(host, Stage.FENCED, 100 * SECOND);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void isNotHeardUnlessItIsWanted() {
        site(Set.of());
        rig.crash(host);
        runHeard(100);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void operatorMayProceedInSpiteOfIt() {
        rig.crash(host);
        runHeard(60);
        rig.word(host, HostWord.Word.PROCEED);
        // Two rounds at most, not until what was said before has faded.
        runHeard(6);
        assertThat(rig.stage(host)).isEqualTo(Stage.DEATH);
        runHeard(60);
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void doesNotEndASuspicionNorBeginOne() {
        rig.crash(host);
        rig.run(20 * SECOND);
        testify();
        rig.run(SECOND);
        assertThat(rig.state(host).suspectedSinceMillis()).isPositive();

        site(Set.of(Witness.LINKS));
        rig.alive.remove(host);
        rig.run(20 * SECOND);
        assertThat(rig.state(host).suspectedSinceMillis()).isZero();
        runHeard(20);
        assertThat(rig.state(host).suspectedSinceMillis()).isZero();
    }

    @Test
    void nothingIsSaidOfAHostThatNobodyWondersAbout() {
        assertThat(testify()).isFalse();
        rig.crash(host);
        rig.runUntil(host, Stage.FENCED, 200 * SECOND);
        assertThat(testify()).isFalse();
        rig.store.txn(Txn.of(Op.put(HostKeys.procedure(host), "not a record")));
        assertThat(testify()).isFalse();
    }

    @Test
    void whatWasSaidGoesWithTheProcedure() {
        rig.crash(host);
        runHeard(30);
        List<Entry> record = read(Testimony.about(host));
        assertThat(read(RangeQuery.key(HostKeys.heardByLinks(host)))).hasSize(1);
        rig.rise(host);
        rig.run(5 * SECOND);
        assertThat(read(RangeQuery.key(HostKeys.heardByLinks(host)))).isEmpty();
        // What a gateway had decided before comes too late.
        rig.store.txn(SAID.of(host, record).orElseThrow());
        assertThat(read(RangeQuery.key(HostKeys.heardByLinks(host)))).isEmpty();
    }

    @Test
    void testimonyThatCannotBeReadSaysNothing() {
        rig.crash(host);
        for (int i = 0; i < 100; i++) {
            rig.run(SECOND);
            rig.store.txn(Txn.of(Op.put(HostKeys.heardByLinks(host), "{")));
        }
        assertThat(rig.stage(host)).isEqualTo(Stage.FENCED);
    }

    @Test
    void linksThatAreLostAreRoundOne() {
        rig.crash(host);
        long late = rig.runUntil(host, Stage.DEATH, 100 * SECOND);

        site(Set.of(Witness.LINKS));
        rig.crash(host);
        rig.step(new FailoverEvent.LinksLost(host, "all 3 of its links are gone"));
        assertThat(rig.log).containsExactly("ask LIBVIRT");
        long early = rig.runUntil(host, Stage.DEATH, 100 * SECOND);
        // Two seconds for libvirt, two for storage; leases are what they are.
        assertThat((late - early) / SECOND).isBetween(3L, 5L);
        assertThat(procedure().evidence())
                .first()
                .satisfies(step -> assertThat(step.detail()).startsWith("all 3 of its links"));
        rig.runUntil(host, Stage.FENCED, 100 * SECOND);
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
    }

    @Test
    void hostThatAnswersAfterItsLinksAreLostIsLeftAlone() {
        rig.step(new FailoverEvent.LinksLost(host, "all 3 of its links are gone"));
        rig.run(60 * SECOND);
        assertThat(rig.log).containsExactly("ask LIBVIRT");
        assertThat(read(RangeQuery.key(HostKeys.decisions(host)))).isEmpty();
    }

    @Test
    void nothingIsWrittenOfASilentHostThatHoldsItsKey() {
        rig.libvirtLives.remove(host);
        rig.storageLives.remove(host);
        rig.step(new FailoverEvent.LinksLost(host, "all 3 of its links are gone"));
        rig.run(60 * SECOND);
        assertThat(rig.steps()).isEmpty();
        int asked = rig.log.size();
        assertThat(asked).isBetween(2, 20);
        rig.run(60 * SECOND);
        assertThat(rig.log).hasSize(asked);
    }

    @Test
    void lostLinksOfNobodysConcernAskNobody() {
        HostKey undeclared = Rig.host("elsewhere");
        rig.step(new FailoverEvent.LinksLost(undeclared, "all 3 of its links are gone"));
        rig.run(10 * SECOND);
        assertThat(rig.log).isEmpty();

        site(Set.of());
        rig.step(new FailoverEvent.LinksLost(host, "all 3 of its links are gone"));
        rig.run(10 * SECOND);
        assertThat(rig.log).isEmpty();
    }

    @Test
    void thoseWhoAreAskedAreNoFurtherWitnesses() {
        assertThatThrownBy(() -> Profile.SWIFT.settings().withFurther(Set.of(Witness.STORAGE)))
                .hasMessage("witnesses: STORAGE (expected: LINKS)");
    }
}
