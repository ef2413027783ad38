package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.kernel.task.TaskTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever carries out a move does about the claim on it. */
class MigrationCarrierTest extends MachinesScene {
    private void isToMove(String way) {
        lead();
        MachineWorkers workers = work("w1");
        declare("vm", "power: 'on', migration: " + way);
        await("it runs", () -> power("vm").equals("running"));
        workers.close();
        host("h2");
        spec("h1", true);
        await("it is to move", () -> migration().isPresent());
    }

    private String carryOut(String late) {
        LeaseOutcome.Held lease =
                (LeaseOutcome.Held) ((Store) store).grant(Duration.ofSeconds(10), DEADLINE);
        TaskTable tasks = HostRecords.read(store, DEADLINE).orElseThrow().tasks();
        TaskKey key =
                tasks.tasks().entrySet().stream()
                        .filter(one -> MigrationTasks.isOne(one.getValue().task()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow();
        long now = Instant.now().toEpochMilli();
        Txn claim =
                Objects.requireNonNull(TaskQueue.claim(tasks, now, 2, key, "w2", lease.leaseId()));
        TxnOutcome.Committed claimed = (TxnOutcome.Committed) store.txn(claim, DEADLINE);
        Task task = TaskQueue.claimed(Objects.requireNonNull(tasks.task(key)).task(), now, "w2");
        String end =
                new MigrationCarrier(
                                store,
                                feed::image,
                                hosts,
                                new Shutdown(hosts, SETTINGS, () -> false),
                                SETTINGS,
                                InstantSource.system())
                        .carryOut(key, task, claimed.revision(), () -> late);
        store.revoke(lease.leaseId(), DEADLINE);
        return end;
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "cold"})
    void workerWhoseClaimMayBeOverLeavesTheMachineWhereItRuns(String way) {
        isToMove(way);
        assertThat(carryOut("its claim may be over")).isEqualTo("its claim may be over");
        assertThat(hosts.running(H1)).containsExactly("vm");
        assertThat(hosts.running(H2)).isEmpty();
        assertThat(hosts.starts()).isEqualTo(1);
    }
}
