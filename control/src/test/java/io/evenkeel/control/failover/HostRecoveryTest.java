package io.evenkeel.control.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskState;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of the machines of a host that is dead. */
class HostRecoveryTest extends FailoverScene {
    private String recover(String worker) {
        LeaseOutcome.Held lease = (LeaseOutcome.Held) store.grant(Duration.ofSeconds(10), DEADLINE);
        HostRecords records = records();
        TaskKey key = records.tasks().tasks().firstKey();
        long now = Instant.now().toEpochMilli();
        Txn claim =
                Objects.requireNonNull(
                        TaskQueue.claim(records.tasks(), now, 2, key, worker, lease.leaseId()));
        TxnOutcome.Committed claimed = (TxnOutcome.Committed) store.txn(claim, DEADLINE);
        String end =
                new RecoveryCarrier(
                                store,
                                feed::image,
                                hosts,
                                _ -> storage,
                                (_, _, _) -> unmade,
                                Duration.ofMillis(200),
                                Duration.ofMillis(200),
                                PlacementSettings.DEFAULT,
                                InstantSource.system())
                        .carryOut(key, claimed.revision(), () -> late);
        store.revoke(lease.leaseId(), DEADLINE);
        return end;
    }

    private String late = "";
    private String unmade = "";

    @Test
    void workerStartsTheMachineElsewhereUnderTheTokenOfItsNewRun() {
        String uri = planned();
        assertThat(recover("w1")).startsWith("runs on h");
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.broken()).isEqualTo(1);
        RunTable.Run run =
                Objects.requireNonNull(
                        records().runs().of(new MachineKey(Metadata.DEFAULT_TENANT, "vm")));
        assertThat(hosts.token(uri, "vm")).isEqualTo(run.token());
        assertThat(tasks().getFirst().state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void whoTakesARecoveryOverStartsNothingTwiceAndBreaksNoLockOfWhatRuns() {
        String uri = planned();
        hosts.answersOfStartsAreLost(true);
        assertThat(recover("w1")).startsWith("not known to run");
        assertThat(hosts.names(uri)).containsExactly("vm");
        storage.open(DISK, "10.0.0.2:0/5");
        hosts.answersOfStartsAreLost(false);
        await("its pause is over", this::isClaimable);
        assertThat(recover("w2")).startsWith("runs on h");
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.broken()).isEqualTo(1);
    }

    private boolean isClaimable() {
        long now = Instant.now().toEpochMilli();
        return !TaskQueue.claimable(records().tasks(), now, 2, 1).isEmpty();
    }

    @Test
    void machineWhoseDisksCannotBeMadeIsNotStarted() {
        String uri = planned();
        unmade = "its disk pool/new could not be made: no space";
        assertThat(recover("w1")).isEqualTo(unmade);
        assertThat(hosts.names(uri)).isEmpty();
        storage.open(DISK, "10.0.0.8:0/5");
        await("its pause is over", this::isClaimable);
        assertThat(recover("w1")).as("before anything is made").contains("its disks are open");
    }

    @Test
    void workerWhoseClaimMayBeOverStartsNothing() {
        String uri = planned();
        late = "its claim may be over";
        assertThat(recover("w1")).contains("its claim may be over");
        assertThat(hosts.names(uri)).isEmpty();
    }

    @Test
    void refusalOfTheNewHostIsCounted() {
        String uri = planned();
        hosts.refuses(uri);
        assertThat(recover("w1")).isEqualTo("no such bridge");
        assertThat(tasks().getFirst().refusals()).isEqualTo(1);
        assertThat(hosts.names(uri)).isEmpty();
    }

    @Test
    void machineWhoseDiskSomebodyHasOpenIsNotStarted() {
        String uri = planned();
        storage.open(DISK, "10.0.0.8:0/5");
        assertThat(recover("w1")).contains("its disks are open", "10.0.0.8:0/5");
        assertThat(hosts.names(uri)).isEmpty();
        assertThat(storage.broken()).isZero();
    }

    @Test
    void fencedHostThatIsBackIsSweptAndWhatWasRecoveredIsAnnounced() {
        String uri = planned();
        assertThat(recover("w1")).startsWith("runs on h");
        assertThat(hosts.announced()).isEmpty();
        hosts.heal(URI1);
        takeKey(H1);
        await("it runs nothing any more", () -> hosts.names(URI1).isEmpty());
        await("the machine is announced", () -> hosts.announced().contains("vm at " + uri));
        assertThat(hosts.names(uri)).containsExactly("vm");
        assertThat(storage.refused()).containsExactly("10.0.0.1");
    }

    @Test
    void machineWhoseDiskIsOnTheDeadHostIsReportedAndGoesOnWhenTheHostIsBack() {
        declare(
                Kind.DATASTORE,
                "folder",
                read("{local: {host: h1, folder: /srv/disks}}", DatastoreSpec.class));
        for (String name : List.of("kept", "mixed")) {
            String more = name.equals("mixed") ? ", {datastore: rbd, image: more}" : "";
            declare(
                    Kind.VIRTUAL_MACHINE,
                    name,
                    read(
                            "{memory: 64MiB, disks: [{datastore: folder, image: %s}%s]}"
                                    .formatted(name, more),
                            VirtualMachineSpec.class));
            String key = RunRecord.key(Metadata.DEFAULT_TENANT, name);
            commit(Op.put(key, Value.of(Stored.write(new RunRecord("h1", true)))));
            long token =
                    Objects.requireNonNull(
                                    records()
                                            .runs()
                                            .of(new MachineKey(Metadata.DEFAULT_TENANT, name)))
                            .token();
            hosts.run(URI1, name, token);
        }
        // Of an earlier run, which was to have ended.
        hosts.run(URI1, "old", 3);
        await("all are known", () -> feed.image().machines().size() == 3);
        String uri = planned();
        await(
                "it is reported",
                () ->
                        state().decisions().records().stream()
                                .anyMatch(one ->
                                        one.rule().equals("lost-disks")
                                                && one.outcome().endsWith(": kept, mixed")));
        assertThat(tasks()).extracting(Task::subject).containsExactly("vm");
        assertThat(recover("w1")).startsWith("runs on h");
        hosts.heal(URI1);
        takeKey(H1);
        // What a fence took a disk from is ended; what is the host's own goes on.
        await("it is swept", () -> hosts.names(URI1).equals(List.of("kept")));
        assertThat(hosts.names(uri)).containsExactly("vm");
        commit(
                Op.put(
                        HostKeys.word(H1),
                        Value.of(Stored.write(new HostWord(HostWord.Word.READMIT, "test", 1)))));
        await("it counts again", () -> state().procedure() == null && state().online());
        assertThat(hosts.names(URI1)).containsExactly("kept");
    }
}
