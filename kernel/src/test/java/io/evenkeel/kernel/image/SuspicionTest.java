package io.evenkeel.kernel.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C11: which endpoints are suspects for their host, as images say it. */
final class SuspicionTest {
    private static final HostKey H1 = new HostKey("default", "h1");
    private static final HostKey H2 = new HostKey("default", "h2");
    private static final long SINCE = 1_700_000_000_000L;

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();

    private ImageDelta commit(Op... ops) {
        store.txn(Txn.of(ops));
        return builder.apply(store.batch(store.revision()));
    }

    private ImageBuilder readAnew() {
        List<Entry> all = ((RangeResult.Range) store.range(RangeQuery.prefix("/"))).entries();
        ImageBuilder fresh = new ImageBuilder();
        assertThat(fresh.load(all, store.revision()).unreadable()).isEmpty();
        return fresh;
    }

    /** As {@code kernel.failover} writes it, with what an older version has of it. */
    private static Op procedure(HostKey host, String stage, long suspectedMillis) {
        return Op.put(
                HostKeys.procedure(host),
                """
                {"v":1,"stage":"%s","sinceMillis":%d,"suspectedMillis":%d,"stageMillis":1,\
                "seenRevision":1,"silentMillis":0,"rounds":1,"token":0,"fenced":[],"proof":"",\
                "planned":false,"evidence":[]}\
                """
                        .formatted(stage, SINCE, suspectedMillis));
    }

    private static Op suspected(HostKey host) {
        return procedure(host, "asking", SINCE);
    }

    private static Op trusted(HostKey host) {
        return Op.delete(HostKeys.procedure(host));
    }

    private static Op run(String machine, RunRecord run) {
        return Op.put(RunRecord.key("default", machine), Value.of(Stored.write(run)));
    }

    private static Op endpoint(
            String name, EndpointKind kind, String workload, String host, Source source) {
        EndpointSpec spec =
                new EndpointSpec(
                        "web",
                        workload,
                        kind,
                        new HostPort("10.0.0.1", 80),
                        new Locality("", host),
                        1,
                        0,
                        new TreeMap<>(),
                        "",
                        Optional.empty(),
                        "");
        return Op.put(
                Keys.spec(Kind.ENDPOINT, "default", name),
                Value.of(Stored.spec(Resource.of(Metadata.of("default", name, source), spec))));
    }

    private static Op machine(String name) {
        return endpoint(name + ".80", EndpointKind.VM, name, "", Source.LINK);
    }

    private static Op container(String name, String host) {
        return endpoint(name, EndpointKind.CONTAINER, name, host, Source.LINK);
    }

    private String suspect(String name) {
        return requireNonNull(builder.image().endpoints().get(new EndpointKey("default", name)))
                .suspectedHost();
    }

    @Test
    void endpointIsASuspectFromTheRecordThatItsHostIsSilentUntilTheHostAnswers() {
        commit(container("c1", "h1"), container("c2", "h2"), machine("m1"));
        commit(run("m1", new RunRecord("h1", true)));
        ImageDelta delta = commit(suspected(H1));
        assertThat(delta.isEmpty()).as("queues are told").isFalse();
        assertThat(delta.endpoints())
                .extracting(change -> change.key().name())
                .containsExactly("c1", "m1.80");
        assertThat(suspect("c1")).isEqualTo("h1");
        assertThat(suspect("m1.80")).isEqualTo("h1");
        assertThat(suspect("c2")).isEmpty();
        commit(procedure(H1, "asking", 0));
        assertThat(suspect("c1")).as("a witness answers").isEmpty();
        assertThat(suspect("m1.80")).isEmpty();
        commit(suspected(H1));
        assertThat(commit(trusted(H1)).endpoints()).hasSize(2);
        assertThat(suspect("c1")).as("it is alive").isEmpty();
    }

    @Test
    void confirmedHostIsSuspectedWhateverAnswersUntilItIsReadmitted() {
        commit(container("c1", "h1"));
        for (String stage : List.of("death", "lock", "confirmed", "fenced", "readmitting")) {
            commit(procedure(H1, stage, SINCE));
            assertThat(suspect("c1")).as(stage).isEqualTo("h1");
        }
        for (String stage : List.of("confirmed", "fenced", "readmitting")) {
            commit(procedure(H1, stage, 0));
            assertThat(suspect("c1")).as(stage).isEqualTo("h1");
        }
        commit(trusted(H1));
        assertThat(suspect("c1")).isEmpty();
    }

    @Test
    void imageOfAHostSaysSinceWhenItIsSuspected() {
        HostRecord agent =
                new HostRecord(
                        "a",
                        "boot",
                        "1",
                        9,
                        new HostInventory("10.0.0.1", "amd64", "6.1", 4, new Size(1L << 34)));
        commit(Op.put(Keys.hostAlive(H1), Value.of(Stored.write(agent))));
        ImageDelta delta = commit(suspected(H1));
        assertThat(delta.hosts()).hasSize(1);
        assertThat(requireNonNull(builder.image().hosts().get(H1)).suspectedMillis())
                .isEqualTo(SINCE);
        assertThat(commit(procedure(H1, "death", SINCE)).hosts())
                .as("a step of the procedure is no news of it")
                .isEmpty();
        commit(trusted(H1));
        assertThat(requireNonNull(builder.image().hosts().get(H1)).suspectedMillis()).isZero();
    }

    @Test
    void machineIsWhereItsRunIsAndOnlyWithoutOneWhereItWasTold() {
        commit(
                endpoint("m1.80", EndpointKind.VM, "m1", "h1", Source.LINK),
                suspected(H1),
                run("m1", new RunRecord("h2", true)));
        assertThat(suspect("m1.80")).isEmpty();
        commit(Op.delete(RunRecord.key("default", "m1")));
        assertThat(suspect("m1.80")).isEqualTo("h1");
    }

    @Test
    void processIsInTheMachineOfItsWorkloadUnlessItNamesAHost() {
        commit(
                endpoint("in.80", EndpointKind.PROCESS, "m1", "", Source.LINK),
                endpoint("beside.80", EndpointKind.PROCESS, "m1", "h2", Source.LINK),
                endpoint("box.80", EndpointKind.CONTAINER, "m1", "", Source.LINK),
                run("m1", new RunRecord("h1", true)),
                suspected(H1));
        assertThat(suspect("in.80")).isEqualTo("h1");
        assertThat(suspect("beside.80")).isEmpty();
        assertThat(suspect("box.80")).isEmpty();
    }

    @Test
    void hostOfAnotherTenantConcernsNobodyHere() {
        commit(container("c1", "h1"), machine("m1"), run("m1", new RunRecord("h1", true)));
        HostKey theirs = new HostKey("other", "h1");
        assertThat(commit(suspected(theirs)).endpoints()).isEmpty();
        assertThat(suspect("c1")).isEmpty();
        assertThat(suspect("m1.80")).isEmpty();
    }

    /** The machine's record names a living host before the machine has begun to boot there. */
    @Test
    void registrationOfTheRunThatAFenceEndedStaysASuspectUntilTheMachineRegistersAgain() {
        commit(machine("m1"), run("m1", new RunRecord("h1", true)));
        commit(procedure(H1, "fenced", SINCE));
        long fence = store.revision();
        commit(run("m1", new RunRecord("h2", true, "h1", fence)));
        assertThat(suspect("m1.80")).isEqualTo("h1");
        commit(trusted(H1));
        assertThat(suspect("m1.80")).as("its old host is back, the old run is not").isEqualTo("h1");
        commit(run("m1", new RunRecord("h2", true, "h1", fence).wanted(false)));
        commit(run("m1", new RunRecord("h2", false, "h1", fence).wanted(true)));
        assertThat(suspect("m1.80")).as("nor by switching it off and on").isEqualTo("h1");
        commit(machine("m1"));
        assertThat(suspect("m1.80")).isEmpty();
        commit(suspected(H2));
        assertThat(suspect("m1.80")).as("it is on the new host now").isEqualTo("h2");
    }

    @Test
    void moveWithoutAFenceMakesNobodyASuspect() {
        commit(machine("m1"), run("m1", new RunRecord("h1", true)));
        commit(run("m1", new RunRecord("h2", true)));
        assertThat(suspect("m1.80")).isEmpty();
        commit(suspected(H1));
        assertThat(suspect("m1.80")).as("the host that it has left").isEmpty();
    }

    /** It never registers again; its checks find out when the new run serves. */
    @Test
    void declaredEndpointOfARecoveredMachineIsOnItsNewHostAtOnce() {
        commit(
                endpoint("m1.80", EndpointKind.VM, "m1", "", Source.API),
                run("m1", new RunRecord("h1", true)),
                procedure(H1, "fenced", SINCE));
        assertThat(suspect("m1.80")).isEqualTo("h1");
        commit(run("m1", new RunRecord("h2", true, "h1", store.revision())));
        assertThat(suspect("m1.80")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void imagesThatWereEditedEqualThoseReadWholeWhateverIsWritten(long seed) {
        Random random = new Random(seed);
        TreeMap<EndpointKey, EndpointImage> told = new TreeMap<>();
        int suspects = 0;
        for (int step = 0; step < 400; step++) {
            long before = store.revision();
            for (int i = 0; i <= random.nextInt(3); i++) {
                store.txn(Txn.of(randomOp(random)));
            }
            if (store.revision() == before) {
                continue;
            }
            List<Change> changes = new ArrayList<>();
            for (long at = before + 1; at <= store.revision(); at++) {
                changes.addAll(store.batch(at).changes());
            }
            ImageDelta delta = builder.apply(new WatchBatch(store.revision(), changes));
            for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
                EndpointImage after = change.after();
                if (after == null) {
                    told.remove(change.key());
                } else {
                    told.put(change.key(), after);
                }
            }
            assertThat(builder.image()).as("step %d", step).isEqualTo(readAnew().image());
            assertThat(told).as("step %d", step).isEqualTo(new TreeMap<>(copy()));
            suspects += (int) told.values().stream().filter(EndpointImage::suspected).count();
        }
        assertThat(suspects).as("suspects seen").isGreaterThan(100);
    }

    private Map<EndpointKey, EndpointImage> copy() {
        Map<EndpointKey, EndpointImage> all = new TreeMap<>();
        builder.image().endpoints().forEach(all::put);
        return all;
    }

    private Op randomOp(Random random) {
        String machine = "m" + random.nextInt(3);
        String host = "h" + random.nextInt(3);
        HostKey of = new HostKey("default", host);
        String name = "e" + random.nextInt(5);
        return switch (random.nextInt(8)) {
            case 0 -> trusted(of);
            case 1 -> procedure(of, "asking", random.nextBoolean() ? SINCE : 0);
            case 2 -> procedure(of, "fenced", random.nextBoolean() ? SINCE : 0);
            case 3 -> Op.delete(RunRecord.key("default", machine));
            case 4 -> run(machine, new RunRecord(host, random.nextBoolean()));
            case 5 -> run(machine, new RunRecord(host, true, "h1", store.revision()));
            case 6 -> Op.delete(Keys.spec(Kind.ENDPOINT, "default", name));
            default ->
                    endpoint(
                            name,
                            List.of(EndpointKind.values()).get(random.nextInt(4)),
                            machine,
                            random.nextBoolean() ? "" : host,
                            random.nextBoolean() ? Source.LINK : Source.API);
        };
    }
}
