package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.failover.Evidence;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineStatus;
import io.evenkeel.model.bind.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Hosts and machines as the store has them, written without anybody who would act on them. */
final class SeveralHosts {
    static final long TOKEN = 41;

    private final RunningControl control;

    SeveralHosts(RunningControl control) {
        this.control = control;
    }

    static HostKey key(String host) {
        return new HostKey("default", host);
    }

    /** Declared, alive and measured: 8 cores and 8 GiB. */
    void live(String host, int busyMillicores) {
        live(host, busyMillicores, Instant.now());
    }

    void live(String host, int busyMillicores, Instant measured) {
        declare(host, "");
        HostInventory inventory = new HostInventory(host, "amd64", "6.1", 8, Size.parse("8GiB"));
        LeaseOutcome lease = control.store().grant(Duration.ofMinutes(1), Duration.ofSeconds(10));
        assertThat(lease).isInstanceOf(LeaseOutcome.Held.class);
        HostUse use = new HostUse(measured, busyMillicores, Size.parse("0B"));
        control.commit(
                Op.putLeased(
                        Keys.hostAlive(key(host)),
                        Value.of(Stored.write(new HostRecord("i", "b", "0.1", 7_000, inventory))),
                        ((LeaseOutcome.Held) lease).leaseId()),
                Op.put(Keys.hostUse(key(host)), Value.of(Stored.write(use))),
                Op.put(Keys.hostSeen(key(host)), "{}"));
    }

    void declare(String host, String more) {
        Answer put =
                control.put(
                        "/v1/hosts/" + host,
                        """
                        apiVersion: evenkeel.io/v1
                        kind: Host
                        metadata: {name: %s, labels: {rack: r1}}
                        spec: {libvirt: 'qemu+tcp://%s/system', storageAddresses: [10.0.0.1]%s}
                        """
                                .formatted(host, host, more));
        assertThat(put.status()).isBetween(200, 201);
    }

    void silent(String host) {
        control.commit(Op.delete(Keys.hostAlive(key(host))));
    }

    /** A machine of one core that may run there; seen to do so, or promised. */
    void machine(String name, String host, String memory, boolean seen) {
        machine(name, host, seen, "memory: " + memory);
    }

    /** The same with this specification. */
    void machine(String name, String host, boolean seen, String spec) {
        assertThat(
                        control.put(
                                        "/v1/virtualmachines/" + name,
                                        """
                                        apiVersion: evenkeel.io/v1
                                        kind: VirtualMachine
                                        metadata: {name: %s}
                                        spec: {%s}
                                        """
                                                .formatted(name, spec))
                                .status())
                .isEqualTo(201);
        control.commit(
                Op.put(
                        RunRecord.key("default", name),
                        Value.of(Stored.write(new RunRecord(host, true)))));
        if (seen) {
            VirtualMachineStatus status =
                    new VirtualMachineStatus(
                            1, List.of(), host, "running", 5, Optional.of(Instant.EPOCH));
            control.commit(
                    Op.put(
                            new ResourceKey(Kind.VIRTUAL_MACHINE, "default", name).statusKey(),
                            Value.of(Stored.write(status))));
        }
    }

    /** As a leader would have left it; a lock is there from the confirmation on. */
    long question(String host, Stage stage, String held) {
        boolean fenced = stage.compareTo(Stage.FENCED) >= 0;
        Procedure procedure =
                new Procedure(
                        stage,
                        1_000,
                        2_000,
                        3_000,
                        9,
                        4_000,
                        stage == Stage.DEATH ? 225_000 : 0,
                        held,
                        6,
                        stage.confirmed() ? TOKEN : 0,
                        fenced ? List.of("10.0.0.1") : List.of(),
                        fenced ? "listed, and a write was refused: none" : "",
                        fenced,
                        List.of(
                                new Evidence(
                                        2_500,
                                        1,
                                        Witness.LIBVIRT,
                                        io.evenkeel.kernel.failover.Answer.SILENT,
                                        "connect: timed out after 5s")));
        DecisionRing ring =
                DecisionRing.EMPTY
                        .with(DecisionRecord.of(1, "failover", 2, "alive-gone", "a", List.of()))
                        .with(DecisionRecord.of(2, "failover", 3, "all-silent", "b", List.of()));
        if (stage.confirmed()) {
            control.commit(Op.put(HostKeys.lock(key(host)), "{\"v\":1,\"why\":\"confirmed\"}"));
        }
        control.commit(Op.put(HostKeys.decisions(key(host)), Value.of(Stored.write(ring))));
        return control.commit(
                Op.put(HostKeys.procedure(key(host)), Value.of(Stored.write(procedure))));
    }

    void recovery(String from, String machine, String to) {
        TaskKey task = new TaskKey("default", Recovery.batch(key(from), TOKEN), machine);
        control.commit(
                Op.put(
                        task.task(),
                        Value.of(
                                Stored.write(
                                        Task.of(
                                                Recovery.RECOVER_MACHINE,
                                                machine,
                                                to,
                                                0,
                                                new TreeMap<>())))));
    }
}
