package io.evenkeel.kernel.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.status.StatusLoop;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Condition;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.MachinePlacement;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Migration;
import io.evenkeel.model.Power;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;
import io.evenkeel.model.bind.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Virtual machines and datastores in images. */
final class MachineImageTest {
    private static final MachineKey M1 = new MachineKey("default", "m1");
    private static final DatastoreKey D1 = new DatastoreKey("default", "fast");
    private static final VirtualMachineStatus RUNS =
            new VirtualMachineStatus(
                    1, List.of(), "h1", "running", 7, Optional.of(Instant.ofEpochSecond(9)));

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();

    @Test
    void machineIsInTheImageWithItsStatusWhileItIsDeclared() {
        // A status alone makes no machine.
        assertThat(commit(status(RUNS)).machines()).isEmpty();
        ImageDelta came = commit(put(Kind.VIRTUAL_MACHINE, "m1", machine(2)));
        MachineImage known = requireNonNull(came.after().machines().get(M1));
        assertThat(known.spec()).isEqualTo(machine(2));
        assertThat(known.status()).isEqualTo(RUNS);
        assertThat(known.statusRevision()).isEqualTo(store.revision() - 1);
        assertThat(known.metadata().revision()).isEqualTo(store.revision());
        assertThat(came.machines()).extracting(ImageChange::key).containsExactly(M1);
        assertThat(came.isEmpty()).isTrue();
        assertThat(came.after().statuses().isEmpty()).isTrue();
        ImageDelta unseen = commit(Op.delete(Keys.status(Kind.VIRTUAL_MACHINE, "default", "m1")));
        assertThat(requireNonNull(unseen.machines().getFirst().after()).status())
                .isEqualTo(VirtualMachineStatus.UNKNOWN);
        ImageDelta gone = commit(Op.delete(Keys.spec(Kind.VIRTUAL_MACHINE, "default", "m1")));
        assertThat(gone.machines().getFirst().removed()).isTrue();
        assertThat(gone.after().machines().isEmpty()).isTrue();
    }

    @Test
    void datastoreIsInTheImageWithItsStatusWhileItIsDeclared() {
        DatastoreStatus status =
                new DatastoreStatus(
                        1,
                        List.of(
                                new Condition(
                                        "Reachable",
                                        Condition.Truth.TRUE,
                                        "",
                                        "",
                                        Instant.ofEpochSecond(9))));
        commit(put(Kind.DATASTORE, "fast", datastore("rbd")));
        ImageDelta seen =
                commit(
                        Op.put(
                                Keys.status(Kind.DATASTORE, "default", "fast"),
                                Value.of(Stored.write(status))));
        DatastoreImage known = requireNonNull(seen.datastores().getFirst().after());
        assertThat(known.key()).isEqualTo(D1);
        assertThat(known.spec().pool()).isEqualTo("rbd");
        assertThat(known.status()).isEqualTo(status);
        assertThat(known.statusRevision()).isEqualTo(store.revision());
        ImageDelta gone = commit(Op.delete(Keys.spec(Kind.DATASTORE, "default", "fast")));
        assertThat(gone.datastores().getFirst().removed()).isTrue();
    }

    @Test
    void whatWentWhileNobodyLookedIsInTheDeltaOfTheNextReading() {
        commit(put(Kind.VIRTUAL_MACHINE, "m1", machine(1)), status(RUNS));
        commit(put(Kind.VIRTUAL_MACHINE, "m2", machine(1)));
        commit(put(Kind.DATASTORE, "fast", datastore("rbd")));
        store.txn(
                Txn.of(
                        Op.delete(Keys.spec(Kind.VIRTUAL_MACHINE, "default", "m2")),
                        Op.delete(Keys.status(Kind.VIRTUAL_MACHINE, "default", "m1")),
                        Op.delete(Keys.spec(Kind.DATASTORE, "default", "fast"))));
        ImageDelta delta = builder.load(everything(), store.revision());
        assertThat(delta.machines())
                .extracting(change -> change.key().name())
                .containsExactly("m1", "m2");
        assertThat(requireNonNull(delta.machines().getFirst().after()).statusRevision()).isZero();
        assertThat(delta.machines().getLast().removed()).isTrue();
        assertThat(delta.datastores().getFirst().removed()).isTrue();
        ImageBuilder fresh = new ImageBuilder();
        fresh.load(everything(), store.revision());
        assertThat(fresh.image()).isEqualTo(builder.image());
        assertThat(ImageDelta.whole(builder.image()).machines()).hasSize(1);
    }

    @Test
    void statusThatCannotBeReadLeavesWhatItSaidBefore() {
        commit(put(Kind.VIRTUAL_MACHINE, "m1", machine(1)), status(RUNS));
        ImageDelta delta =
                commit(
                        Op.put(
                                Keys.status(Kind.VIRTUAL_MACHINE, "default", "m1"),
                                Value.of(new byte[] {'x'})));
        assertThat(delta.unreadable()).hasSize(1);
        assertThat(requireNonNull(delta.after().machines().get(M1)).status()).isEqualTo(RUNS);
    }

    /** Their statuses have another writer, which must not find them deleted. */
    @Test
    void loopOfConditionsLeavesThemAlone() {
        StatusLoop loop = new StatusLoop(0);
        loop.observe(0, 0, commit(put(Kind.VIRTUAL_MACHINE, "m1", machine(1)), status(RUNS)));
        loop.observe(0, 0, commit(put(Kind.DATASTORE, "fast", datastore("rbd"))));
        loop.observe(0, 0, commit(Op.delete(Keys.spec(Kind.VIRTUAL_MACHINE, "default", "m1"))));
        assertThat(loop.nextNanos()).isEmpty();
        assertThat(loop.due(StatusLoop.REDIAL.multipliedBy(2).toNanos(), 10)).isEmpty();
    }

    private static VirtualMachineSpec machine(int cpus) {
        return new VirtualMachineSpec(
                cpus,
                new Size(1L << 28),
                List.of(),
                List.of(),
                Optional.empty(),
                0,
                MachinePlacement.defaults(),
                Migration.LIVE,
                Power.ON);
    }

    private static DatastoreSpec datastore(String pool) {
        return new DatastoreSpec(
                List.of(new HostPort("10.0.0.1", 6789)),
                pool,
                "admin",
                "",
                "",
                "",
                Optional.empty());
    }

    private static Op put(Kind kind, String name, Spec spec) {
        return Op.put(
                Keys.spec(kind, "default", name),
                Value.of(Stored.spec(Resource.of(Metadata.of("default", name, Source.API), spec))));
    }

    private static Op status(VirtualMachineStatus status) {
        return Op.put(
                Keys.status(Kind.VIRTUAL_MACHINE, "default", "m1"), Value.of(Stored.write(status)));
    }

    private ImageDelta commit(Op... ops) {
        store.txn(Txn.of(ops));
        return builder.apply(store.batch(store.revision()));
    }

    private List<Entry> everything() {
        return ((RangeResult.Range) store.range(RangeQuery.prefix("/"))).entries();
    }
}
