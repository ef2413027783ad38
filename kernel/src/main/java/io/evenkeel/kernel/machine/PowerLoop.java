package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Power;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the power of machines in line with what users want (C0): places a machine that is to run,
 * has it started, stopped, removed, and started again where it should run and is seen not to.
 * Levels are compared, not edges; what it knows besides what the store says is what the hosts'
 * libvirts said last, and losing that costs one look at each.
 *
 * <p>A machine does not change its host here: only a fence lets it ({@code kernel.failover}), or a
 * live migration. One whose host is silent is left alone; one that is to run and whose host is
 * fenced is given to recovery, also if it was off, or was forgotten, when the host failed. Those of
 * a host that is to be in maintenance are moved while they run ({@link Evacuation}); one that was
 * moved by somebody else is its new host's from then on.
 *
 * <p>Pure and single-threaded; one object a term of the leader, whose commits go under that term.
 */
public final class PowerLoop {
    /** A decision is waited for in the watch for so long before it is taken again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PlacementSettings placement;
    private final RunTable runs = new RunTable();
    private final TaskTable tasks = new TaskTable();
    private final HostTable hosts = new HostTable();
    private final Sightings sightings = new Sightings();

    private final TreeMap<MachineKey, Deciding> deciding = new TreeMap<>();

    private final TreeMap<MachineKey, String> problems = new TreeMap<>();
    private ClusterImage image = ClusterImage.EMPTY;

    /** A decision on a record, of which nothing was seen yet. */
    private record Deciding(long token, long untilNanos) {}

    /**
     * Something to be committed.
     *
     * @param machine whose power is changed; the outcome is seen in the watch
     * @param why for the log
     */
    public record Decision(MachineKey machine, Txn txn, String why) {}

    /**
     * What there is to do, to be added to.
     *
     * @param decisions to be committed
     * @param problems why machines are not where they are to be, by machine
     */
    record Plan(List<Decision> decisions, SortedMap<MachineKey, String> problems) {}

    /** Knows nothing yet, and decides nothing until it has been {@link #loaded}. */
    public PowerLoop(PlacementSettings placement) {
        this.placement = placement;
    }

    /** What is declared, and which hosts live. */
    public void image(ClusterImage now) {
        image = now;
    }

    /** What is to be read, and watched. */
    public static List<String> prefixes() {
        List<String> prefixes = new ArrayList<>(TaskTable.prefixes());
        prefixes.add(RunTable.prefix());
        prefixes.addAll(HostKeys.prefixes());
        return prefixes;
    }

    /** A reading of all {@link #prefixes} at one revision. */
    public void loaded(long revision, Collection<Entry> entries) {
        hosts.load(revision, entries);
        runs.load(entries);
        tasks.load(entries);
        deciding.clear();
        sightings.reread();
    }

    /** The watch goes on; changes of other keys may be among them. */
    public void observed(WatchBatch batch) {
        var _ = hosts.apply(batch);
        runs.apply(batch);
        tasks.apply(batch);
    }

    /**
     * What a host's libvirt knows.
     *
     * @param askedNanos when it was asked, before the answer
     */
    public void heard(HostKey host, long askedNanos, List<Domain> domains) {
        sightings.heard(host, askedNanos, domains);
    }

    /** It did not answer: what it said before says nothing any more. */
    public void silent(HostKey host) {
        sightings.silent(host);
    }

    /** Why machines that are to run do not, by machine. */
    public SortedMap<MachineKey, String> problems() {
        return Collections.unmodifiableSortedMap(problems);
    }

    /** Which host may run which machine. */
    public RunTable runs() {
        return runs;
    }

    /** The tasks there are. */
    public TaskTable tasks() {
        return tasks;
    }

    /** How a machine is seen by the host that may run it; null if nobody can say. */
    public @Nullable Domain seen(MachineKey machine) {
        return sightings.seen(machine, runs.of(machine));
    }

    /** Whether the host that may run a machine answered lately. */
    public boolean hears(MachineKey machine) {
        return sightings.hears(machine, runs.of(machine));
    }

    /**
     * What is to be done now.
     *
     * @param nowNanos monotonic
     * @param nowMillis wall clock, for records
     */
    public List<Decision> due(long nowNanos, long nowMillis) {
        problems.clear();
        Map<MachineKey, Boolean> busy = busy();
        TreeSet<MachineKey> all = new TreeSet<>(image.machines().keySet());
        all.addAll(runs.runs().keySet());
        deciding.entrySet()
                .removeIf(one ->
                        nowNanos - one.getValue().untilNanos() >= 0
                                || one.getValue().token() != token(one.getKey()));
        sightings.records(all, runs, nowNanos);
        List<Decision> decisions = new ArrayList<>();
        List<MachineKey> homeless = new ArrayList<>();
        for (MachineKey machine : all) {
            Boolean ours = busy.get(machine);
            sightings.busy(machine, ours != null, nowNanos);
            if (ours != null
                    && (!ours || !(isOvertaken(machine) || hasMoved(machine) || isLost(machine)))) {
                deciding.remove(machine);
                continue;
            }
            if (deciding.containsKey(machine)) {
                continue;
            }
            MachineImage declared = image.machines().get(machine);
            RunTable.Run run = runs.of(machine);
            if (run == null) {
                if (declared != null && declared.spec().power() == Power.ON) {
                    homeless.add(machine);
                }
            } else {
                Decision decision = about(machine, declared, run, nowMillis);
                if (decision != null) {
                    decisions.add(decision);
                }
            }
        }
        Plan plan = new Plan(decisions, problems);
        Placements places =
                new Placements(placement, image, hosts, runs, tasks, this::isUp, nowMillis);
        new FirstHost(places, image).plan(homeless, nowMillis, plan);
        new Evacuation(
                        places,
                        image,
                        hosts,
                        runs,
                        tasks,
                        placement.leaving(),
                        machine -> isUp(machine) && !deciding.containsKey(machine))
                .plan(nowMillis, plan);
        new FailedStarts(
                        places,
                        image,
                        hosts,
                        runs,
                        tasks,
                        this::isUp,
                        machine -> !deciding.containsKey(machine))
                .plan(nowMillis, plan);
        decisions.forEach(decision ->
                deciding.put(
                        decision.machine(),
                        new Deciding(token(decision.machine()), nowNanos + PATIENCE.toNanos())));
        return decisions;
    }

    /** Of its record; 0: it has none. */
    private long token(MachineKey machine) {
        RunTable.Run run = runs.of(machine);
        return run == null ? 0 : run.token();
    }

    /** Machines of which a task is open; whether all that are open ask the record what to do. */
    private Map<MachineKey, Boolean> busy() {
        Map<MachineKey, Boolean> busy = new TreeMap<>();
        tasks.tasks()
                .forEach((key, known) -> {
                    Task task = known.task();
                    if (!task.state().ended()) {
                        Boolean ignored =
                                busy.merge(
                                        new MachineKey(key.tenant(), task.subject()),
                                        PowerTasks.isOne(task) || Recovery.isOne(task),
                                        Boolean::logicalAnd);
                    }
                });
        return busy;
    }

    /** Whether its user wants something else by now than what its open task is about. */
    private boolean isOvertaken(MachineKey machine) {
        RunTable.Run run = runs.of(machine);
        MachineImage declared = image.machines().get(machine);
        boolean wanted = declared != null && declared.spec().power() == Power.ON;
        return run != null && run.record().on() != wanted;
    }

    private @Nullable Decision about(
            MachineKey machine, @Nullable MachineImage declared, RunTable.Run run, long nowMillis) {
        RunRecord record = run.record();
        HostKey host = Sightings.host(machine, run);
        HostKey movedTo = movedTo(machine, run);
        if (movedTo != null) {
            return new Decision(
                    machine,
                    PowerTasks.adopt(machine, run, movedTo),
                    "has left " + record.host() + " and runs on " + movedTo.name());
        }
        if (declared == null) {
            HostState of = hosts.of(host);
            if (of.permit() != 0) {
                return new Decision(
                        machine,
                        PowerTasks.forget(machine, run, of),
                        "was deleted, and its host " + record.host() + " is fenced");
            }
            if (record.on() || sightings.isThere(machine, host)) {
                return begin(machine, false, run, PowerTasks.REMOVE, 0, nowMillis, "was deleted");
            }
            return sightings.isGone(machine, host)
                    ? new Decision(
                            machine,
                            Txn.when(Compare.modRevision(machine.run(), run.token()))
                                    .then(
                                            Op.delete(machine.run()),
                                            Op.delete(DiskMakings.key(machine)))
                                    .build(),
                            "is gone")
                    : null;
        }
        int priority = declared.spec().priority();
        boolean wanted = declared.spec().power() == Power.ON;
        if (!wanted) {
            return record.on() || sightings.runsStill(machine, host)
                    ? begin(machine, false, run, PowerTasks.STOP, priority, nowMillis, "is to stop")
                    : null;
        }
        HostState state = hosts.of(host);
        if (state.permit() != 0 && LocalDisks.isBound(image, machine, host)) {
            problems.put(
                    machine,
                    "its disks are on its host "
                            + record.host()
                            + ", which is fenced; it can run once that is readmitted");
            return null;
        }
        if (state.permit() != 0) {
            // Its batch comes first, and finds the machines that were on.
            return state.procedure() != null && state.procedure().planned()
                    ? new Decision(
                            machine,
                            PowerTasks.recover(machine, run, state, priority, nowMillis),
                            "is to run, and its host " + record.host() + " is fenced")
                    : null;
        }
        if (!image.hosts().containsKey(host) || image.hosts().get(host).alive() == null) {
            problems.put(machine, "its host " + record.host() + " is silent");
            return null;
        }
        if (!record.on()) {
            return begin(machine, true, run, PowerTasks.START, priority, nowMillis, "is to run");
        }
        return sightings.isDown(machine, host)
                ? begin(machine, true, run, PowerTasks.START, priority, nowMillis, "does not run")
                : null;
    }

    private static Decision begin(
            MachineKey machine,
            boolean on,
            RunTable.Run run,
            String kind,
            int priority,
            long nowMillis,
            String why) {
        RunRecord next = run.record().wanted(on);
        return new Decision(
                machine,
                PowerTasks.begin(
                        machine, next, run.token(), run.token(), kind, priority, nowMillis),
                why);
    }

    /** Deleted, and on a host where nothing can be ended, nor need be: storage refuses it. */
    private boolean isLost(MachineKey machine) {
        RunTable.Run run = runs.of(machine);
        return run != null
                && !image.machines().containsKey(machine)
                && hosts.of(Sightings.host(machine, run)).permit() != 0;
    }

    private boolean hasMoved(MachineKey machine) {
        RunTable.Run run = runs.of(machine);
        return run != null && movedTo(machine, run) != null;
    }

    /** Null while either host is in question: then it is the fence that decides. */
    private @Nullable HostKey movedTo(MachineKey machine, RunTable.Run run) {
        HostKey to = sightings.movedTo(machine, run);
        return to == null || isInQuestion(to) || isInQuestion(Sightings.host(machine, run))
                ? null
                : to;
    }

    private boolean isInQuestion(HostKey host) {
        HostState state = hosts.of(host);
        return state.procedure() != null || state.lockRevision() != 0;
    }

    private boolean isUp(MachineKey machine) {
        return sightings.isUp(machine, runs.of(machine));
    }
}
