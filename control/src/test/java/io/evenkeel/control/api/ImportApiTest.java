package io.evenkeel.control.api;

import static io.evenkeel.control.api.OpenApiTest.holds;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.control.machines.MemoryHypervisor;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportApiTest {
    private static final String ROUTE = "POST /v1/hosts/{name}:import";
    private static final String PATH = "/v1/hosts/h1:import";
    private static final String URI = "qemu+tcp://h1/system";

    @TempDir Path directory;
    private final MemoryHypervisor hypervisor = new MemoryHypervisor();
    private RunningControl control;
    private SeveralHosts hosts;

    @BeforeEach
    void start() {
        control = RunningControl.asking(directory, hypervisor);
        hosts = new SeveralHosts(control);
        hosts.live("h1", 0);
        assertThat(
                        control.put(
                                        "/v1/datastores/ceph",
                                        """
                                        apiVersion: evenkeel.io/v1
                                        kind: Datastore
                                        metadata: {name: ceph}
                                        spec: {monitors: ['10.0.0.9:6789'], pool: vms}
                                        """)
                                .status())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        control.close();
    }

    private static String uuid(int number) {
        return "4d4d4d4d-0000-4000-8000-%012d".formatted(number);
    }

    /** A machine that somebody made, with one disk. */
    private void byHand(String name, int number, Domain.Power power, String image) {
        hypervisor.byHand(
                URI,
                new Domain(name, uuid(number), power, 0),
                """
                <domain type='kvm'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>512</memory><vcpu>2</vcpu>
                <os><type arch='x86_64' machine='pc'>hvm</type></os>
                <clock offset='localtime'/>
                <devices><disk type='network' device='disk'><driver name='qemu' type='raw'/>
                <source protocol='rbd' name='vms/%s'><host name='10.0.0.9' port='6789'/></source>
                <target dev='vda' bus='virtio'/></disk></devices></domain>
                """
                        .formatted(name, uuid(number), image));
    }

    private Domain there(String name) {
        return Objects.requireNonNull(hypervisor.find(URI, name));
    }

    private List<Entry> under(String key) {
        RangeQuery query = RangeQuery.prefix(key);
        return ((RangeResult.Range) control.store().range(query, Duration.ofSeconds(10))).entries();
    }

    private Entry run(String machine) {
        return under(RunRecord.key("default", machine)).getFirst();
    }

    private Answer ask(String query) {
        Answer answer = control.post(PATH + query, "");
        holds(ROUTE, answer, 200);
        return answer;
    }

    private static List<String> outcomes(Answer answer) {
        return answer.json().at("/machines").findValuesAsString("outcome");
    }

    @Test
    void machinesOfAHostAreDeclaredGivenToItAndMarked() {
        byHand("one", 1, Domain.Power.RUNNING, "one-root");
        byHand("two", 2, Domain.Power.OFF, "two-root");
        Answer look = ask("?dryRun=true");
        assertThat(outcomes(look)).containsExactly("importable", "importable");
        assertThat(look.at("/machines/0/leftOut/0")).isEqualTo("a clock of offset localtime");
        assertThat(under(Keys.prefix(Keys.Area.SPEC, Kind.VIRTUAL_MACHINE.plural()))).isEmpty();
        assertThat(there("one").token()).isZero();

        Answer done = ask("?reason=moved%20in");
        assertThat(outcomes(done)).containsExactly("imported", "imported");
        Entry one = run("one");
        assertThat(there("one").token()).isEqualTo(one.modRevision());
        assertThat(Stored.read(one.value().toBytes(), RunRecord.class).orElseThrow())
                .isEqualTo(new RunRecord("h1", true));
        assertThat(Stored.read(run("two").value().toBytes(), RunRecord.class).orElseThrow())
                .isEqualTo(new RunRecord("h1", false));
        Answer declared = control.get("/v1/virtualmachines/one");
        assertThat(declared.at("/metadata/uid")).isEqualTo(uuid(1));
        assertThat(declared.at("/spec/disks/0/image")).isEqualTo("one-root");
        assertThat(declared.at("/spec/power")).isEqualTo("on");
        assertThat(control.get("/v1/virtualmachines/two").at("/spec/power")).isEqualTo("off");
        assertThat(control.get("/v1/audit?kind=virtualmachines&name=one").at("/entries/0/detail"))
                .isEqualTo("taken over from host h1: moved in");
        assertThat(hypervisor.starts()).isZero();

        assertThat(outcomes(ask(""))).isEmpty();
        assertThat(outcomes(ask("?machines=one"))).containsExactly("unchanged");
        assertThat(run("one").modRevision()).isEqualTo(one.modRevision());
    }

    @Test
    void whatCannotBeTakenOverIsSaidAndTheOthersAre() {
        hosts.machine("taken", "h1", "1GiB", false);
        byHand("taken", 1, Domain.Power.RUNNING, "taken-root");
        byHand("first", 2, Domain.Power.RUNNING, "shared");
        byHand("second", 3, Domain.Power.RUNNING, "shared");
        hypervisor.byHand(URI, new Domain("odd", uuid(4), Domain.Power.RUNNING, 0), "<domain");
        Answer done = ask("?machines=absent,first,odd,second,taken");
        assertThat(outcomes(done))
                .containsExactly("refused", "imported", "refused", "refused", "refused");
        assertThat(done.at("/machines/0/problems/0")).contains("knows none of this name");
        assertThat(done.at("/machines/2/problems/0")).contains("cannot be read");
        assertThat(done.at("/machines/3/problems/0"))
                .isEqualTo("its disk vms/shared is also that of machine default/first");
        assertThat(done.at("/machines/4/problems/0"))
                .startsWith("another machine of this name is declared, on h1");
        assertThat(there("second").token()).isZero();
        assertThat(control.get("/v1/virtualmachines/second").status()).isEqualTo(404);
    }

    @Test
    void machineThatAnotherEvenkeelRunsIsLeftAlone() {
        byHand("theirs", 1, Domain.Power.RUNNING, "theirs-root");
        hypervisor.mark(URI, "theirs", uuid(1), 900, Duration.ofSeconds(1)).join();
        assertThat(outcomes(ask(""))).isEmpty();
        Answer done = ask("?machines=theirs");
        assertThat(outcomes(done)).containsExactly("refused");
        assertThat(done.at("/machines/0/problems/0")).contains("under the token 900");
    }

    @Test
    void markThatWasNotHeardIsMadeUpForWhenItIsAskedForAgain() {
        byHand("one", 1, Domain.Power.RUNNING, "one-root");
        hypervisor.silentToMarks(true);
        Answer half = ask("");
        assertThat(outcomes(half)).containsExactly("unmarked");
        assertThat(half.at("/machines/0/problems/0")).contains("did not mark it");
        long token = run("one").modRevision();
        assertThat(there("one").token()).isZero();
        hypervisor.silentToMarks(false);
        assertThat(outcomes(ask(""))).containsExactly("imported");
        assertThat(there("one").token()).isEqualTo(token);
    }

    @Test
    void moreThanOneCallTakesAreLeftForTheNext() {
        for (int i = 0; i < 70; i++) {
            byHand("m-%02d".formatted(i), i, Domain.Power.OFF, "root-" + i);
        }
        Answer first = ask("");
        assertThat(outcomes(first)).hasSize(64).containsOnly("imported");
        assertThat(first.at("/left")).isEqualTo("6");
        Answer second = ask("");
        assertThat(outcomes(second)).hasSize(6).containsOnly("imported");
        assertThat(second.at("/left")).isEqualTo("0");
    }

    @Test
    void hostThatIsInNoStateForItIsNotAsked() {
        byHand("one", 1, Domain.Power.RUNNING, "one-root");
        assertThat(control.post("/v1/hosts/none:import", "").status()).isIn(404, 503);
        hypervisor.silent(true);
        Answer silent = control.post(PATH, "");
        holds(ROUTE, silent, 503);
        assertThat(silent.at("/type")).isEqualTo("urn:evenkeel:problem:host-unavailable");
        hypervisor.silent(false);
        hosts.question("h1", Stage.DEATH, "");
        Answer question = control.post(PATH, "");
        assertThat(question.status()).isEqualTo(503);
        assertThat(question.at("/detail")).contains("is in question: stage death");
        control.commit(Op.delete(HostKeys.procedure(SeveralHosts.key("h1"))));
        hosts.silent("h1");
        assertThat(control.post(PATH, "").at("/detail")).contains("is silent");
        assertThat(under(RunRecord.key("default", "one"))).isEmpty();
    }

    @Test
    void namesAreBounded() {
        assertThat(control.post(PATH + "?machines=a,,b", "").status()).isEqualTo(400);
        assertThat(outcomes(ask("?machines=m,x,m"))).hasSize(2);
        StringBuilder names = new StringBuilder("m0");
        for (int i = 1; i <= 64; i++) {
            names.append(",m").append(i);
        }
        assertThat(control.post(PATH + "?machines=" + names, "").at("/detail"))
                .contains("65 names");
    }

    @Test
    void processThatAsksNoHostsSaysWhoDoes(@TempDir Path other) {
        try (RunningControl alone = RunningControl.in(other)) {
            Answer refused = alone.post(PATH, "");
            assertThat(refused.status()).isEqualTo(421);
            assertThat(refused.at("/detail")).contains("expected: a control");
        }
    }
}
