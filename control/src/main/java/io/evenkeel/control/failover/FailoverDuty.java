package io.evenkeel.control.failover;

import io.evenkeel.control.leader.Duty;
import io.evenkeel.control.power.PowerSwitch;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.control.registry.StoreFollower;
import io.evenkeel.control.registry.WholeReading;
import io.evenkeel.kernel.failover.FailoverAction;
import io.evenkeel.kernel.failover.FailoverEvent;
import io.evenkeel.kernel.failover.FailoverLoop;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.DatastoreStatuses;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.witness.LostLinks;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link FailoverLoop} for a term: one virtual thread decides, another follows the store, and
 * one for each action carries it out. The loop has one thing under way a host; beyond so many
 * actions at once the rest waits, and an answer that comes late for it counts as nothing.
 */
public final class FailoverDuty implements Duty.Running {
    private static final Logger LOG = LoggerFactory.getLogger(FailoverDuty.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int MOST_EVENTS = 4_096;
    private static final int MOST_ACTIONS = 128;

    /** Between two looks at what is declared, and at the time, when nothing wakes it. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ImageFeed feed;
    private final InstantSource clock;
    private final FailoverLoop loop;
    private final HostEffects effects;
    private final StoreFollower follower;
    private final StorageReadiness readiness;
    private final Thread thread;

    /** Who adds waits for room: nothing that is heard is dropped. */
    private final LinkedBlockingQueue<FailoverEvent> events =
            new LinkedBlockingQueue<>(MOST_EVENTS);

    private final Semaphore places = new Semaphore(MOST_ACTIONS);
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private final RunTable runs = new RunTable();

    private volatile Shown shown = new Shown("", new TreeMap<>());
    private volatile boolean closed;

    /** The thread's, as are the next two. */
    private final LostLinks links = new LostLinks();

    private List<HostDeclaration> told = List.of();

    private boolean hasTold;

    /**
     * What an operator has to look at.
     *
     * @param held why every recovery is held back; empty: none is
     * @param alarms by host
     */
    public record Shown(String held, SortedMap<HostKey, String> alarms) {}

    private FailoverDuty(
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            Storages storages,
            PowerSwitch power,
            FailoverSettings settings,
            PlacementSettings placement,
            InstantSource clock) {
        this.feed = feed;
        this.clock = clock;
        loop = new FailoverLoop(settings);
        effects =
                new HostEffects(
                        store,
                        feed::image,
                        hypervisor,
                        storages,
                        power,
                        this::disks,
                        placement,
                        clock,
                        settings.fenceTimeout());
        List<String> prefixes = new ArrayList<>(HostKeys.prefixes());
        prefixes.add(RunTable.prefix());
        follower = new StoreFollower("failover", store, DEADLINE, prefixes, new Reader());
        readiness =
                new StorageReadiness(
                        storages,
                        () -> new HostSite(feed.image(), new RunTable()).storages(),
                        clusters -> say(store, clusters));
        thread = Thread.ofVirtual().name("failover").unstarted(this::run);
    }

    /** Takes the duty up on a leader's store; everything given stays the caller's. */
    public static FailoverDuty start(
            Store store,
            ImageFeed feed,
            Hypervisor hypervisor,
            Storages storages,
            PowerSwitch power,
            FailoverSettings settings,
            PlacementSettings placement,
            InstantSource clock) {
        FailoverDuty duty =
                new FailoverDuty(
                        store, feed, hypervisor, storages, power, settings, placement, clock);
        duty.follower.start();
        duty.readiness.start();
        duty.thread.start();
        return duty;
    }

    /** What an operator has to look at now; any thread. */
    public Shown shown() {
        return shown;
    }

    @Override
    public void close() {
        closed = true;
        follower.close();
        readiness.close();
        thread.interrupt();
        try {
            thread.join(DEADLINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Reader extends WholeReading {
        @Override
        protected void read(List<Entry> entries, long revision) {
            locked(() -> runs.load(entries));
            hear(new FailoverEvent.Loaded(revision, entries));
        }

        @Override
        public void batch(WatchBatch batch) {
            locked(() -> runs.apply(batch));
            for (Change change : batch.changes()) {
                if (isOfHosts(change.key())) {
                    hear(new FailoverEvent.Observed(batch));
                    return;
                }
            }
        }
    }

    /** What is not written now is in fifteen seconds. */
    private void say(Store store, Map<StorageCluster, String> clusters) {
        for (Txn txn : DatastoreStatuses.due(feed.image(), clusters, clock.millis())) {
            if (!(store.txn(txn, DEADLINE) instanceof TxnOutcome.Committed)) {
                LOG.debug("failover: the status of a datastore was not written");
            }
        }
    }

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    private HostSite.Disks disks(HostKey host) {
        lock.lock();
        try {
            return new HostSite(feed.image(), runs).disks(host);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOfHosts(String key) {
        return HostKeys.prefixes().stream().anyMatch(key::startsWith);
    }

    private void hear(FailoverEvent event) {
        try {
            while (!closed && !events.offer(event, 1, TimeUnit.SECONDS)) {
                LOG.warn("failover: {} events wait", events.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                long due = loop.nextNanos();
                long left = due == Long.MAX_VALUE ? LOOK_NANOS : due - System.nanoTime();
                FailoverEvent event =
                        events.poll(Math.clamp(left, 0, LOOK_NANOS), TimeUnit.NANOSECONDS);
                if (event != null) {
                    step(event);
                }
                tell();
                if (loop.nextNanos() != Long.MAX_VALUE
                        && loop.nextNanos() - System.nanoTime() <= 0) {
                    step(new FailoverEvent.Tick());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("failover is looked after no longer");
        }
    }

    /** Says which hosts are declared, if that has changed, and which lost their links. */
    private void tell() {
        ClusterImage image = feed.image();
        if (image.revision() == 0) {
            return;
        }
        List<HostDeclaration> now;
        SortedMap<HostKey, Integer> lost;
        lock.lock();
        try {
            now = new HostSite(image, runs).declarations();
            lost = links.look(image, runs);
        } finally {
            lock.unlock();
        }
        if (!hasTold || !now.equals(told)) {
            hasTold = true;
            told = now;
            step(new FailoverEvent.Declared(now));
        }
        lost.forEach((host, count) ->
                step(new FailoverEvent.LinksLost(host, "all " + count + " of its links are gone")));
    }

    private void step(FailoverEvent event) {
        List<FailoverAction> actions;
        try {
            actions = loop.step(System.nanoTime(), clock.millis(), event);
        } catch (RuntimeException e) {
            LOG.error("failover: {} could not be decided on", event, e);
            return;
        }
        for (FailoverAction action : actions) {
            if (isEffect(action)) {
                LOG.info("failover: {}", described(action));
            }
            var _ = Thread.ofVirtual().name("failover-action").start(() -> carryOut(action));
        }
        show();
    }

    /** Whether it changes something outside the store. */
    private static boolean isEffect(FailoverAction action) {
        return switch (action) {
            case FailoverAction.Ask _, FailoverAction.Grant _, FailoverAction.Commit _ -> false;
            case FailoverAction.Fence _,
                    FailoverAction.SwitchOff _,
                    FailoverAction.Recover _,
                    FailoverAction.Clean _,
                    FailoverAction.Unfence _ ->
                    true;
        };
    }

    private static String described(FailoverAction action) {
        String what = action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return what + " of host " + action.host();
    }

    private void carryOut(FailoverAction action) {
        try {
            places.acquire();
            try {
                Optional<FailoverEvent> event = effects.carryOut(action);
                event.ifPresent(this::hear);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The loop asks again: no word of an action is what it takes it for.
            LOG.error("failover: {} failed", described(action), e);
            broken(action);
        }
    }

    /** A commit or a lease always has an outcome; without one the host would wait for ever. */
    private void broken(FailoverAction action) {
        if (action instanceof FailoverAction.Commit(var host, long ticket, var _)) {
            hear(new FailoverEvent.Committed(host, ticket, new Unknown("failed here")));
        } else if (action instanceof FailoverAction.Grant(var host, long ticket, var _)) {
            hear(new FailoverEvent.Granted(host, ticket, new Unknown("failed here")));
        }
    }

    private void show() {
        Shown now = new Shown(loop.held(), new TreeMap<>(loop.alarms()));
        Shown before = shown;
        if (!now.equals(before)) {
            if (!now.held().equals(before.held())) {
                LOG.warn("failover: {}", now.held().isEmpty() ? "held no longer" : now.held());
            }
            now.alarms()
                    .forEach((host, why) -> {
                        if (!why.equals(before.alarms().get(host))) {
                            LOG.warn("failover: host {}: {}", host, why);
                        }
                    });
            shown = now;
        }
    }
}
