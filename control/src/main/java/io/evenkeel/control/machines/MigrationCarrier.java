package io.evenkeel.control.machines;

import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.MigrationWork;
import io.evenkeel.kernel.machine.MigrationWork.Seen;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a claimed migration ({@link MigrationWork}), and says how far it is. Whoever claimed
 * keeps the claim's lease alive meanwhile, and revokes it then. Thread-safe; one call a claim.
 */
final class MigrationCarrier {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationCarrier.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Between two looks at how far it is. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** For a migration to end that was asked to be given up. */
    private static final Duration GIVES_UP = Duration.ofSeconds(30);

    private final Store store;
    private final Supplier<ClusterImage> images;
    private final Hypervisor hypervisor;
    private final Shutdown shutdown;
    private final MachineSettings settings;
    private final InstantSource clock;

    MigrationCarrier(
            Store store,
            Supplier<ClusterImage> images,
            Hypervisor hypervisor,
            Shutdown shutdown,
            MachineSettings settings,
            InstantSource clock) {
        this.store = store;
        this.images = images;
        this.hypervisor = hypervisor;
        this.shutdown = shutdown;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Works on the task until the claim is to be let go.
     *
     * @param task as it stands since the claim
     * @param claim its token
     * @param late why no host may be asked for anything any more: somebody else may have claimed it
     *     before that has come true; empty: it may
     * @return how it ended, for the log
     */
    String carryOut(TaskKey key, Task task, long claim, Supplier<String> late) {
        MachineKey machine = new MachineKey(key.tenant(), task.subject());
        Optional<MigrationWork.View> first = view(machine);
        if (first.isEmpty()) {
            return "the store does not answer";
        }
        MigrationWork work = new MigrationWork(key, task, claim);
        MigrationWork.Action next = work.begin(first.get());
        while (true) {
            switch (next) {
                case MigrationWork.Look(HostKey from, HostKey to) -> {
                    Seen atFrom = look(machine, from, false);
                    Seen atTo = look(machine, to, true);
                    Optional<MigrationWork.View> view = view(machine);
                    if (view.isEmpty()) {
                        return "the store does not answer";
                    }
                    next = work.seen(view.get(), atFrom, atTo, clock.millis());
                }
                case MigrationWork.Migrate(HostKey from, HostKey to, long token) -> {
                    String over = late.get();
                    Consumer<Moving> progress = far -> say(key, task, claim, far);
                    next =
                            work.moved(
                                    over.isEmpty()
                                            ? migrate(machine, from, to, token, progress)
                                            : over);
                }
                case MigrationWork.Stop(HostKey from) -> {
                    String over = late.get();
                    next = work.moved(over.isEmpty() ? stop(machine, from) : over);
                }
                case MigrationWork.Recorded(Txn txn) ->
                        next = work.recorded(isCommitted(txn), clock.millis());
                case MigrationWork.Finish(Txn txn, String why) -> {
                    return isCommitted(txn) ? why : why + "; not known to be written";
                }
            }
        }
    }

    /** If it is not heard of, the next word is. */
    private void say(TaskKey key, Task task, long claim, Moving far) {
        var ignored = isCommitted(TaskQueue.progress(key, task, claim, far.percent(), far.words()));
    }

    private Optional<MigrationWork.View> view(MachineKey machine) {
        return HostRecords.read(store, DEADLINE)
                .map(records ->
                        new MigrationWork.View(records.hosts(), records.runs().of(machine)));
    }

    private boolean isCommitted(Txn txn) {
        return store.txn(txn, DEADLINE) instanceof TxnOutcome.Committed;
    }

    /**
     * What a host says of the machine. On its way it is up at both ends, and paused at the new one:
     * there only one that runs has come.
     */
    private Seen look(MachineKey machine, HostKey at, boolean arriving) {
        HostImage host = images.get().hosts().get(at);
        if (host == null
                || !(hypervisor.domains(host.spec().libvirt(), settings.pollTimeout()).join()
                        instanceof Reply.Done<List<Domain>>(List<Domain> domains))) {
            return Seen.SILENT;
        }
        for (Domain domain : domains) {
            if (domain.name().equals(machine.name()) && domain.power().isUp()) {
                boolean sure = !arriving || domain.power() == Domain.Power.RUNNING;
                return sure ? Seen.RUNS : Seen.SILENT;
            }
        }
        return Seen.GONE;
    }

    /** Empty: it is said to have moved. */
    private String migrate(
            MachineKey machine, HostKey from, HostKey to, long token, Consumer<Moving> progress) {
        ClusterImage image = images.get();
        MachineImage declared = image.machines().get(machine);
        HostImage source = image.hosts().get(from);
        HostImage target = image.hosts().get(to);
        if (declared == null || source == null || target == null) {
            return "machine or host is not declared any more";
        }
        String xml;
        try {
            xml = DomainXml.of(declared, target, token, image);
        } catch (IllegalArgumentException missing) {
            return String.valueOf(missing.getMessage());
        }
        String uri = source.spec().libvirt();
        CompletableFuture<Reply<Domain>> move =
                hypervisor.migrate(
                        uri,
                        machine.name(),
                        target.spec().libvirt(),
                        xml,
                        settings.migrate().plus(GIVES_UP));
        watch(move, uri, machine.name(), progress);
        return move.join().problem();
    }

    /** Until it has ended; given up when it takes too long, as with a guest that writes much. */
    private void watch(
            CompletableFuture<?> move, String uri, String machine, Consumer<Moving> progress) {
        long deadline = System.nanoTime() + settings.migrate().toNanos();
        boolean givenUp = false;
        int shown = 0;
        while (!endsWithin(move, LOOK)) {
            if (hypervisor.moving(uri, machine, settings.pollTimeout()).join()
                            instanceof Reply.Done<Moving>(Moving far)
                    && far.percent() != shown) {
                shown = far.percent();
                progress.accept(far);
            }
            if (!givenUp && System.nanoTime() - deadline >= 0) {
                givenUp = true;
                LOG.info(
                        "machine {} has not moved within {}: it stays: {}",
                        machine,
                        settings.migrate(),
                        hypervisor.stay(uri, machine, settings.pollTimeout()).join());
            }
        }
    }

    private static boolean endsWithin(CompletableFuture<?> move, Duration wait) {
        CompletableFuture<Boolean> ended = move.thenApply(_ -> true);
        return ended.completeOnTimeout(false, wait.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /** Empty: it is said to have ended there. */
    private String stop(MachineKey machine, HostKey from) {
        HostImage host = images.get().hosts().get(from);
        return host == null
                ? "host " + from.name() + " is not declared any more"
                : shutdown.carryOut(host.spec().libvirt(), machine.name()).problem();
    }
}
