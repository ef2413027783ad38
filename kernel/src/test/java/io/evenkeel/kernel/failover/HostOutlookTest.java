package io.evenkeel.kernel.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is said of a host is what then happens to it. */
class HostOutlookTest {
    private static final long SECOND = Rig.SECOND;

    private final Rig rig = new Rig(Profile.PATIENT.settings());
    private final HostKey host = rig.host("h1", true);

    HostOutlookTest() {
        for (int i = 2; i <= 5; i++) {
            rig.host("h" + i, true);
        }
    }

    private String next() {
        return HostOutlook.next(rig.state(host), rig.declared.getFirst());
    }

    private Procedure procedure() {
        return Objects.requireNonNull(rig.state(host).procedure());
    }

    private String refusal(HostWord.Word word) {
        return HostOutlook.refusal(word, rig.state(host));
    }

    @Test
    void everyStageOfADeadHostSaysWhatComesNext() {
        rig.lead();
        assertThat(next()).startsWith("nothing: it lives; should");
        rig.crash(host);
        rig.keepsPlanning = true;
        List<String> said = new ArrayList<>();
        for (Stage stage : List.of(Stage.ASKING, Stage.DEATH, Stage.LOCK, Stage.FENCED)) {
            rig.runUntil(host, stage, 500 * SECOND);
            said.add(HostOutlook.stage(rig.state(host)) + ": " + next().split("[;,]", 2)[0]);
        }
        assertThat(said)
                .containsExactly(
                        "asking: a round in which every witness is silent sets death",
                        "death: death expires in the store",
                        "lock: lock expires in the store",
                        "fenced: a place is sought for each of its machines");
        rig.keepsPlanning = false;
        rig.run(60 * SECOND);
        assertThat(next())
                .isEqualTo(
                        "its machines are recovered; it stays fenced until an operator readmits it");
        rig.word(host, HostWord.Word.READMIT);
        rig.run(SECOND);
        assertThat(next()).endsWith("begins when its agent holds its key again");
        rig.rise(host);
        rig.run(60 * SECOND);
        assertThat(rig.stage(host)).isNull();
        assertThat(next()).startsWith("nothing: it lives");
    }

    @Test
    void neededSilenceIsThatOfTheStage() {
        rig.lead();
        rig.crash(host);
        rig.runUntil(host, Stage.ASKING, 60 * SECOND);
        assertThat(procedure().neededMillis()).isZero();
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        rig.run(60 * SECOND);
        assertThat(procedure().neededMillis()).isEqualTo(225_000);
        assertThat(procedure().silentMillis()).isBetween(40_000L, 70_000L);
        rig.runUntil(host, Stage.LOCK, 500 * SECOND);
        assertThat(procedure().neededMillis()).isEqualTo(22_500);
        rig.runUntil(host, Stage.FENCED, 500 * SECOND);
        assertThat(procedure().neededMillis()).isZero();
    }

    @Test
    void heldHostSaysWhyUntilTheBreakerLetsItGo() {
        HostKey other = Rig.host("h2");
        rig.lead();
        rig.crash(host);
        rig.crash(other);
        rig.run(60 * SECOND);
        assertThat(procedure().held()).contains("2 of 5 hosts are silent at once");
        assertThat(next()).startsWith("held until that is over, or an operator");
        rig.rise(other);
        rig.run(30 * SECOND);
        assertThat(procedure().held()).isEmpty();
        assertThat(next()).startsWith("death expires");
    }

    @Test
    void wordIsRefusedWhereThereIsNothingForIt() {
        rig.lead();
        assertThat(refusal(HostWord.Word.READMIT)).contains("no procedure is under way");
        assertThat(refusal(HostWord.Word.PROCEED)).contains("no procedure is under way");
        rig.crash(host);
        rig.runUntil(host, Stage.DEATH, 60 * SECOND);
        assertThat(refusal(HostWord.Word.READMIT)).contains("it is in stage death");
        assertThat(refusal(HostWord.Word.PROCEED)).isEmpty();
        rig.runUntil(host, Stage.FENCED, 500 * SECOND);
        assertThat(refusal(HostWord.Word.READMIT)).isEmpty();
        assertThat(refusal(HostWord.Word.PROCEED)).contains("confirmed already");
    }

    @Test
    void whyAnAbsentHostIsLeftAloneIsSaid() {
        rig.store.txn(Txn.of(Op.delete(Keys.hostAlive(host))));
        assertThat(HostOutlook.next(rig.state(host), null)).contains("not declared");
        assertThat(next()).startsWith("the leading control notes");
        HostDeclaration resting = new HostDeclaration(host, List.of(), false, false, true);
        assertThat(HostOutlook.next(rig.state(host), resting)).contains("in maintenance");
        rig.store.txn(Txn.of(Op.delete(Keys.hostSeen(host))));
        assertThat(next()).contains("never held its key");
        rig.store.txn(Txn.of(Op.put(HostKeys.procedure(host), Value.of("{\"v\":2}"))));
        assertThat(next()).contains("cannot be read").contains("left alone");
        assertThat(refusal(HostWord.Word.READMIT)).contains("cannot be read");
    }
}
