package io.evenkeel.control.failover;

import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RecoveryWork;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.HostView;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.StorageWitness;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.machine.Watcher;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * Carries out a claimed recovery of a machine ({@link RecoveryWork}): every call has a deadline,
 * and what the next step is, is decided on what was seen. Whoever claimed keeps the claim's lease
 * alive meanwhile, and revokes it then. Thread-safe; one call a claim.
 *
 * <p>Before a start the locks that dead clients left on the disks are broken, which makes the
 * storage refuse their owners. Not if the disks are open to anybody: that is another's run, or this
 * one, started by who had the task before.
 */
public final class RecoveryCarrier {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** The record of the fence is written again right after the tasks are there. */
    private static final int ATTEMPTS = 4;

    /** Has a machine's disks made that its user wants made, if nobody has yet. */
    @FunctionalInterface
    public interface Makes {
        /** What keeps the machine from being started; empty: nothing. */
        String problem(MachineKey machine, TaskKey task, long claim);
    }

    private final Store store;
    private final Supplier<ClusterImage> images;
    private final Hypervisor hypervisor;
    private final Storages storages;
    private final Makes making;
    private final Duration looks;
    private final Duration starts;
    private final PlacementSettings placement;
    private final InstantSource clock;

    /**
     * A carrier at these, which stay the caller's.
     *
     * @param looks how long a libvirt or a storage has for each call that looks
     * @param starts how long a start may take
     */
    public RecoveryCarrier(
            Store store,
            Supplier<ClusterImage> images,
            Hypervisor hypervisor,
            Storages storages,
            Makes making,
            Duration looks,
            Duration starts,
            PlacementSettings placement,
            InstantSource clock) {
        this.store = store;
        this.images = images;
        this.hypervisor = hypervisor;
        this.storages = storages;
        this.making = making;
        this.looks = looks;
        this.starts = starts;
        this.placement = placement;
        this.clock = clock;
    }

    /**
     * Works on the task until the claim is to be let go.
     *
     * @param claim its token
     * @param late why no host may be asked for anything any more: somebody else may have claimed it
     *     before that has come true; empty: it may
     * @return how it ended, for the log
     */
    public String carryOut(TaskKey key, long claim, Supplier<String> late) {
        for (int more = ATTEMPTS - 1; ; more--) {
            Optional<String> end = attempt(key, claim, late, more == 0);
            if (end.isPresent()) {
                return end.get();
            }
        }
    }

    /** Empty: something changed between reading and giving, so it is to be read again. */
    private Optional<String> attempt(TaskKey key, long claim, Supplier<String> late, boolean last) {
        HostRecords records = HostRecords.read(store, DEADLINE).orElse(null);
        if (records == null) {
            return Optional.of("the store does not answer");
        }
        RecoveryWork work = new RecoveryWork(key, claim);
        RecoveryWork.Action next =
                work.begin(view(records, key), clock.millis(), () -> best(records, key));
        while (true) {
            switch (next) {
                case RecoveryWork.Give(HostKey _, Txn txn) -> {
                    TxnOutcome given = store.txn(txn, DEADLINE);
                    if (given instanceof TxnOutcome.Refused && !last) {
                        return Optional.empty();
                    }
                    next = work.given(given, clock.millis());
                }
                case RecoveryWork.Seal seal ->
                        next =
                                work.sealed(
                                        seal,
                                        seal(key, seal, claim, isFencedByClient(records, key)),
                                        clock.millis());
                case RecoveryWork.Start start -> {
                    String over = late.get();
                    Reply<Domain> reply =
                            over.isEmpty() ? start(key, start) : new Reply.Unasked<>(over);
                    boolean refused = reply instanceof Reply.Refused;
                    boolean known = refused || reply instanceof Reply.Done;
                    String problem = (known ? "" : "not known to run: ") + reply.problem();
                    next = work.started(start, problem, refused, clock.millis());
                }
                case RecoveryWork.Unpermitted(RecoveryWork.Finish finish) -> next = finish;
                case RecoveryWork.Finish(Txn txn, String why) -> {
                    TxnOutcome outcome = store.txn(txn, DEADLINE);
                    return Optional.of(
                            outcome instanceof TxnOutcome.Committed ? why : why + "; " + outcome);
                }
                case RecoveryWork.Release(String why) -> {
                    return Optional.of(why);
                }
            }
        }
    }

    private RecoveryWork.View view(HostRecords records, TaskKey key) {
        TaskTable.Known known = records.tasks().task(key);
        MachineKey machine = machine(key);
        RunTable.Run run = records.runs().of(machine);
        RunRecord record = run == null ? null : run.record();
        if (record != null && !images.get().machines().containsKey(machine)) {
            // It was deleted: nobody wants it to run.
            record = new RunRecord(record.host(), false);
        }
        return new RecoveryWork.View(
                records.hosts(),
                known == null ? null : known.task(),
                record,
                run == null ? 0 : run.token(),
                MigrationTasks.isMoving(records.tasks(), machine));
    }

    private static MachineKey machine(TaskKey key) {
        return new MachineKey(key.tenant(), key.name());
    }

    private Optional<HostKey> best(HostRecords records, TaskKey key) {
        ClusterImage image = images.get();
        HostSite site = new HostSite(image, records.runs());
        return new Placement(
                        placement,
                        site.figures(
                                key.tenant(), records.hosts(), records.tasks(), clock.millis()))
                .place(List.of(HostView.guest(image, machine(key))))
                .getFirst()
                .host();
    }

    /** Whether the host that the machine comes from was fenced client by client. */
    private boolean isFencedByClient(HostRecords records, TaskKey key) {
        TaskTable.Known known = records.tasks().task(key);
        String from = known == null ? "" : known.task().arguments().getOrDefault(Recovery.FROM, "");
        HostImage host = images.get().hosts().get(new HostKey(key.tenant(), from));
        // Of a host that is not declared any more nobody knows.
        return host == null || host.metadata() == null || host.spec().hyperconverged();
    }

    /** Empty: the disks are there, open to nobody, and locked by none; or the run has begun. */
    private String seal(TaskKey key, RecoveryWork.Seal seal, long claim, boolean byClient) {
        HostSite site = new HostSite(images.get(), new RunTable());
        Reply<List<Domain>> known = hypervisor.domains(site.libvirt(seal.to()), looks).join();
        if (!(known instanceof Reply.Done<List<Domain>>(List<Domain> domains))) {
            return "the libvirt of " + seal.to().name() + " does not answer: " + known.problem();
        }
        for (Domain domain : domains) {
            if (domain.name().equals(seal.machine())
                    && domain.token() == seal.token()
                    && domain.power() == Domain.Power.RUNNING) {
                return "";
            }
        }
        HostSite.Disks disks = site.disks(machine(key));
        if (!disks.missing().isEmpty()) {
            return disks.missing();
        }
        for (Map.Entry<StorageCluster, List<Image>> at : disks.images().entrySet()) {
            BlockStorage storage = storages.of(at.getKey());
            Reply<SortedMap<Image, List<Watcher>>> open =
                    storage.watchers(at.getValue(), looks).join();
            if (!(open instanceof Reply.Done<SortedMap<Image, List<Watcher>>>(var watchers))) {
                return "the storage does not answer: " + open.problem();
            }
            List<String> left = StorageWitness.left(watchers);
            if (!left.isEmpty()) {
                return "its disks are open: " + String.join(", ", left);
            }
            Reply<Boolean> broken = storage.breakLocks(at.getValue(), byClient, looks).join();
            if (!(broken instanceof Reply.Done)) {
                return "locks could not be broken: " + broken.problem();
            }
        }
        // Nobody has them open: now they may be made, or grown.
        return making.problem(machine(key), key, claim);
    }

    private Reply<Domain> start(TaskKey key, RecoveryWork.Start start) {
        ClusterImage image = images.get();
        MachineImage machine = image.machines().get(machine(key));
        HostImage host = image.hosts().get(start.to());
        if (machine == null || host == null) {
            return new Reply.Unasked<>("machine or host is not declared any more");
        }
        String xml;
        try {
            xml = DomainXml.of(machine, host, start.token(), image);
        } catch (IllegalArgumentException missing) {
            return new Reply.Unasked<>(String.valueOf(missing.getMessage()));
        }
        return hypervisor.start(host.spec().libvirt(), xml, starts).join();
    }
}
