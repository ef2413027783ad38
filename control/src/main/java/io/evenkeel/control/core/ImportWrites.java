package io.evenkeel.control.core;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.machine.DomainImport;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Power;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a machine that a host runs already becomes a declared one (C0). What is declared and
 * who may run it are written in one txn, so that no leader sees a machine without a host, and
 * starts it a second time.
 */
public final class ImportWrites {
    private ImportWrites() {}

    /** What is to be done about one machine. */
    public sealed interface Decided {
        /** It can't be taken over, for these reasons. */
        record Refused(List<String> why) implements Decided {}

        /** It was taken over before, as the run of this token. */
        record Before(long token) implements Decided {}

        /** It is taken over by this; the revision of the write is the run's token. */
        record Take(VirtualMachineSpec spec, Txn txn) implements Decided {}
    }

    /**
     * Decides on what was read at one revision.
     *
     * @param declared what is declared under the machine's name; null: nothing
     * @param run who may run the machine of this name; null: nobody
     * @param revision of the store that was read at
     * @param host where it runs
     * @param read what it would be
     */
    public static Decided decide(
            MachineKey machine,
            @Nullable Metadata declared,
            RunTable.@Nullable Run run,
            long revision,
            HostKey host,
            DomainImport read,
            Intent intent) {
        if (declared != null) {
            return run != null
                            && run.record().host().equals(host.name())
                            && declared.uid().equals(read.uuid())
                    ? new Decided.Before(run.token())
                    : refused(
                            "another machine of this name is declared"
                                    + (run == null ? "" : ", on " + run.record().host())
                                    + "; rename one of them");
        }
        if (run != null) {
            return refused(
                    "a machine of this name was deleted, and is not gone yet from "
                            + run.record().host());
        }
        if (read.spec().isEmpty()) {
            return new Decided.Refused(read.refused());
        }
        VirtualMachineSpec spec = read.spec().get();
        return new Decided.Take(spec, take(machine, revision, host, read.uuid(), spec, intent));
    }

    private static Decided refused(String why) {
        return new Decided.Refused(List.of(why));
    }

    private static Txn take(
            MachineKey machine,
            long revision,
            HostKey host,
            String uuid,
            VirtualMachineSpec spec,
            Intent intent) {
        String reason = intent.detail();
        String detail = "taken over from host " + host.name();
        Step step =
                ResourceWrites.apply(
                        new ResourceWrites.Present(Optional.empty(), revision),
                        Resource.of(
                                Metadata.of(machine.tenant(), machine.name(), intent.source()),
                                spec),
                        uuid,
                        intent.because(reason.isEmpty() ? detail : detail + ": " + reason));
        if (!(step instanceof Step.Change change)) {
            throw new IllegalStateException("what is not declared is created, not: " + step);
        }
        Txn.Builder txn =
                Txn.when(
                        Compare.absent(machine.run()),
                        Compare.exists(Keys.hostAlive(host)),
                        Compare.absent(HostKeys.procedure(host)),
                        Compare.absent(HostKeys.lock(host)));
        change.compares().forEach(txn::when);
        RunRecord record = new RunRecord(host.name(), spec.power() == Power.ON);
        txn.then(Op.put(machine.run(), Value.of(Stored.write(record))));
        change.ops().forEach(txn::then);
        return txn.build();
    }
}
