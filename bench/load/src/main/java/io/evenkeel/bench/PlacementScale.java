package io.evenkeel.bench;

import io.evenkeel.kernel.failover.Answer;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.FailoverLoop;
import io.evenkeel.kernel.failover.FenceReport;
import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.HostFigures;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * One of 1,000 hosts with 20,000 machines fails: processor time of the thread that decides, from
 * the loss of its key over every round of the patient profile to the last machine's new place. The
 * store and the witnesses take no time. The second failure of a process is the figure: the first
 * also pays for the loading of everything, which a leader has long done, and later ones are
 * compiled.
 */
public final class PlacementScale {
    private static final int HOSTS = 1_000;
    private static final int GUESTS_EACH = 20;
    private static final long TENTH_NANOS = 100_000_000L;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final FailoverLoop loop = new FailoverLoop(Profile.PATIENT.settings());
    private final ArrayDeque<FailoverEvent> events = new ArrayDeque<>();
    private final HostKey dead = host(HOSTS / 2);
    private long nowNanos;
    private long cpuNanos;
    private long watched;

    private PlacementScale() {}

    public static void main(String[] arguments) {
        Effort effort = Effort.of(arguments);
        int rounds = effort == Effort.SMOKE ? 2 : 20;
        List<Double> millis = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            millis.add(new PlacementScale().run());
            System.out.printf(Locale.ROOT, "run %d: %.1f ms%n", round + 1, millis.getLast());
        }
        Figures.print("cold_cpu_ms", millis.getFirst(), "ms");
        Figures.print("warm_cpu_ms", Figures.median(millis), "ms");
        Figures.print("cpu_ms", millis.get(1), "ms");
    }

    private static HostKey host(int number) {
        return new HostKey("default", String.format(Locale.ROOT, "host-%04d", number));
    }

    private static List<Guest> guests(int number) {
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < GUESTS_EACH; i++) {
            String apart = i % 4 == 0 ? "group-" + number % 50 + "-" + i : "";
            guests.add(
                    new Guest(
                            "default/vm-" + number + "-" + i,
                            500 + i % 4 * 500,
                            1024 << i % 3,
                            i % 5,
                            new TreeMap<>(),
                            "",
                            apart));
        }
        return guests;
    }

    private double run() {
        List<HostDeclaration> declared = new ArrayList<>();
        List<HostFigures> figures = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            HostKey host = host(i);
            declared.add(new HostDeclaration(host, List.of("10.1.0." + i), false, false, false));
            figures.add(figures(host, i));
            store.txn(
                    Txn.of(
                            Op.put(Keys.hostSeen(host), Value.EMPTY),
                            Op.put(Keys.hostAlive(host), Value.EMPTY)));
        }
        watched = store.revision();
        step(new FailoverEvent.Loaded(watched, List.copyOf(store.entries())));
        step(new FailoverEvent.Declared(declared));
        cpuNanos = 0;
        store.txn(Txn.of(Op.delete(Keys.hostAlive(dead))));
        while (loop.table().of(dead).permit() == 0) {
            turn();
        }
        long begun = threads.getCurrentThreadCpuTime();
        List<Placed> placed =
                new Placement(PlacementSettings.DEFAULT, figures).place(guests(HOSTS / 2));
        cpuNanos += threads.getCurrentThreadCpuTime() - begun;
        if (placed.stream().anyMatch(one -> one.host().isEmpty())) {
            throw new IllegalStateException("a machine has no place");
        }
        return cpuNanos / 1e6;
    }

    private HostFigures figures(HostKey host, int number) {
        return new HostFigures(
                host,
                !host.equals(dead),
                64_000,
                131_072,
                number * 37 % 48_000,
                number * 53 % 65_536,
                1_000,
                new TreeMap<>(),
                guests(number),
                0);
    }

    private void turn() {
        nowNanos += TENTH_NANOS;
        for (long lease = store.expired(nowNanos); lease != 0; lease = store.expired(nowNanos)) {
            store.revoke(lease);
        }
        for (; watched < store.revision(); watched++) {
            step(new FailoverEvent.Observed(store.batch(watched + 1)));
        }
        while (!events.isEmpty()) {
            step(events.remove());
        }
        if (loop.nextNanos() - nowNanos <= 0) {
            step(new FailoverEvent.Tick());
        }
    }

    private void step(FailoverEvent event) {
        long begun = threads.getCurrentThreadCpuTime();
        List<FailoverAction> actions = loop.step(nowNanos, nowNanos / 1_000_000, event);
        cpuNanos += threads.getCurrentThreadCpuTime() - begun;
        for (FailoverAction action : actions) {
            HostKey host = action.host();
            switch (action) {
                case FailoverAction.Ask ask ->
                        events.add(
                                new FailoverEvent.Answered(
                                        host, ask.ask(), Answer.SILENT, "nothing answers"));
                case FailoverAction.Grant grant ->
                        events.add(
                                new FailoverEvent.Granted(
                                        host, grant.ticket(), store.grant(nowNanos, grant.ttl())));
                case FailoverAction.Commit commit ->
                        events.add(
                                new FailoverEvent.Committed(
                                        host, commit.ticket(), store.txn(commit.txn())));
                case FailoverAction.Fence fence ->
                        events.add(
                                new FailoverEvent.FenceReported(
                                        host,
                                        fence.token(),
                                        new FenceReport(
                                                fence.declared().storageAddresses(),
                                                true,
                                                false,
                                                "a write was refused")));
                case FailoverAction.SwitchOff _,
                        FailoverAction.Recover _,
                        FailoverAction.Clean _,
                        FailoverAction.Unfence _ -> {}
            }
        }
    }
}
