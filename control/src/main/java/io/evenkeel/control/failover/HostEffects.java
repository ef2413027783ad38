package io.evenkeel.control.failover;

import io.evenkeel.control.power.PowerSwitch;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.FenceReport;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.task.Batch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPower;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the failover loop wants done, one action a call; each ends within its time-out
 * and some seconds. What is decided on is read from the store then, not remembered. Thread-safe.
 */
final class HostEffects {
    private static final Logger LOG = LoggerFactory.getLogger(HostEffects.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final Store store;
    private final Supplier<ClusterImage> images;
    private final InstantSource clock;
    private final HostWitnesses witnesses;
    private final HostFence fence;
    private final HostCleaning cleaning;
    private final PowerSwitch power;
    private final PlacementSettings placement;
    private final Duration timeout;

    /**
     * Effects at these.
     *
     * @param store a leader's: what is written is refused when its term is over
     * @param disks of a host's machines, to be asked at; what changes storage reads them anew
     * @param timeout of what has none of its own: cleaning, and the end of a fence
     */
    HostEffects(
            Store store,
            Supplier<ClusterImage> images,
            Hypervisor hypervisor,
            Storages storages,
            PowerSwitch power,
            Function<HostKey, HostSite.Disks> disks,
            PlacementSettings placement,
            InstantSource clock,
            Duration timeout) {
        this.store = store;
        this.images = images;
        this.clock = clock;
        this.witnesses = new HostWitnesses(hypervisor, storages, disks);
        this.fence = new HostFence(storages);
        this.cleaning = new HostCleaning(hypervisor);
        this.power = power;
        this.placement = placement;
        this.timeout = timeout;
    }

    /** What came of an action; empty: nothing that the loop waits for. Blocks. */
    Optional<FailoverEvent> carryOut(FailoverAction action) throws InterruptedException {
        return switch (action) {
            case FailoverAction.Grant grant ->
                    Optional.of(
                            new FailoverEvent.Granted(
                                    grant.host(),
                                    grant.ticket(),
                                    store.grant(grant.ttl(), DEADLINE)));
            case FailoverAction.Commit commit ->
                    Optional.of(
                            new FailoverEvent.Committed(
                                    commit.host(),
                                    commit.ticket(),
                                    store.txn(commit.txn(), DEADLINE)));
            case FailoverAction.Ask ask ->
                    Optional.of(witnesses.ask(ask, images.get().hosts().get(ask.host())));
            case FailoverAction.Fence wanted -> fence(wanted);
            case FailoverAction.SwitchOff off -> Optional.of(switchOff(off));
            case FailoverAction.Recover recover -> recover(recover);
            case FailoverAction.Clean clean -> clean(clean);
            case FailoverAction.Unfence unfence -> {
                HostRecords records = current(unfence.host(), unfence.token());
                String problem =
                        records == null
                                ? "the store does not say that its fence is to end"
                                : fence.unfence(unfence, site(records), timeout);
                yield Optional.of(
                        new FailoverEvent.Unfenced(
                                unfence.host(), unfence.token(), problem.isEmpty(), problem));
            }
        };
    }

    private Optional<FailoverEvent> fence(FailoverAction.Fence wanted) throws InterruptedException {
        HostRecords records = current(wanted.host(), wanted.token());
        FenceReport report =
                records == null
                        ? FenceReport.failed("the store does not say that it is to be fenced")
                        : fence.fence(wanted, site(records), witnesses.listed(wanted.host()));
        return Optional.of(new FailoverEvent.FenceReported(wanted.host(), wanted.token(), report));
    }

    /** Looked up last of all: a host that is in service again is not to lose its power. */
    private FailoverEvent switchOff(FailoverAction.SwitchOff wanted) throws InterruptedException {
        HostKey host = wanted.host();
        HostImage declared = images.get().hosts().get(host);
        Optional<HostPower> by = declared == null ? Optional.empty() : declared.spec().power();
        String problem =
                by.isEmpty()
                        ? "nothing says any more what switches it off"
                        : isDead(wanted) ? "" : "the store does not say that it is dead";
        Reply<String> reply =
                problem.isEmpty()
                        ? power.off(by.orElseThrow(), wanted.timeout(), () -> isDead(wanted))
                        : new Reply.Unasked<>(problem);
        boolean off = reply instanceof Reply.Done;
        String detail = reply instanceof Reply.Done<String>(String how) ? how : reply.problem();
        if (off) {
            LOG.info("failover: {}: its power is off: {}", host, detail);
        } else {
            LOG.warn("failover: {}: could not be switched off: {}", host, detail);
        }
        return new FailoverEvent.SwitchedOff(host, wanted.token(), off, detail);
    }

    private boolean isDead(FailoverAction.SwitchOff wanted) {
        HostRecords records = current(wanted.host(), wanted.token());
        return records != null && !records.hosts().of(wanted.host()).alive();
    }

    private Optional<FailoverEvent> clean(FailoverAction.Clean clean) {
        HostRecords records = current(clean.host(), clean.token());
        String problem = "the store does not say that it is to be cleaned";
        if (records != null) {
            HostSite site = site(records);
            problem = cleaning.clean(clean.host(), site, timeout);
            String unheard = cleaning.announce(clean.host(), site, timeout);
            if (!unheard.isEmpty()) {
                // They run all the same, and are found again when switches forget or they speak.
                LOG.warn("failover: {}: not announced: {}", clean.host(), unheard);
            }
        }
        return Optional.of(
                new FailoverEvent.Cleaned(clean.host(), clean.token(), problem.isEmpty(), problem));
    }

    /** Puts the tasks into the store; what is there already is left out. */
    private Optional<FailoverEvent> recover(FailoverAction.Recover recover) {
        HostKey from = recover.host();
        HostRecords records = current(from, recover.token());
        if (records == null) {
            return Optional.empty();
        }
        long now = clock.millis();
        HostSite site = site(records);
        List<Guest> guests = site.guests(from);
        SortedSet<String> lost = site.bound(from, guests);
        List<Guest> recovered =
                guests.stream().filter(guest -> !lost.contains(guest.name())).toList();
        List<Placed> placed =
                new Placement(
                                placement,
                                site.figures(from.tenant(), records.hosts(), records.tasks(), now))
                        .place(recovered);
        SortedMap<String, Task> tasks = Recovery.tasks(from, placed);
        Batch batch = new Batch(Recovery.RECOVER_HOST, from.name(), now, tasks.size(), false);
        String name = Recovery.batch(from, recover.token());
        for (Txn txn : TaskQueue.create(records.tasks(), from.tenant(), name, batch, tasks)) {
            if (!(store.txn(txn, DEADLINE) instanceof TxnOutcome.Committed)) {
                return Optional.empty();
            }
        }
        if (!lost.isEmpty()) {
            LOG.warn("failover: {}: not recovered, for their disks are there: {}", from, lost);
        }
        return Optional.of(new FailoverEvent.Planned(from, recover.token(), List.copyOf(lost)));
    }

    /** The store's word, if the host's procedure is still of this token; else null. */
    private @Nullable HostRecords current(HostKey host, long token) {
        HostRecords records = HostRecords.read(store, DEADLINE).orElse(null);
        Procedure procedure = records == null ? null : records.hosts().of(host).procedure();
        return procedure != null && procedure.token() == token ? records : null;
    }

    private HostSite site(HostRecords records) {
        RunTable runs = records.runs();
        return new HostSite(images.get(), runs);
    }
}
