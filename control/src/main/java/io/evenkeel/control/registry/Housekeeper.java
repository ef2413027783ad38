package io.evenkeel.control.registry;

import io.evenkeel.control.leader.Duty;
import io.evenkeel.kernel.availability.DisruptionLedger;
import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.registry.Departed;
import io.evenkeel.kernel.registry.ReaperLoop;
import io.evenkeel.kernel.registry.RegistryLoop;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears away what is over, every few seconds: endpoints absent for too long, reservations that
 * have ended, decisions about endpoints that are long gone. Every write is guarded by a compare or
 * harmless to repeat; whatever fails is found again at the next look.
 */
public final class Housekeeper implements ImagePublisher, Duty.Running {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    private static final int MOST_FORGOTTEN = 256;
    private static final int DECISIONS_PAGE = 200;

    private final Store store;
    private final ImageFeed feed;
    private final RegistryDriver registry;
    private final RegistryConfig config;
    private final InstantSource clock;

    /** Guarded by itself, as is the next by it. */
    private final ReaperLoop reaper;

    private final Departed departed = new Departed();
    private boolean lookedForDeparted;
    private final Thread thread;
    private ImageRelay.@Nullable Subscription subscription;
    private volatile boolean closed;

    private Housekeeper(Store store, ImageFeed feed, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.registry = new RegistryDriver(store, feed, config, clock);
        this.config = config;
        this.clock = clock;
        this.reaper = new ReaperLoop(config.absentFor());
        this.thread = Thread.ofVirtual().name("housekeeper").unstarted(this::run);
    }

    /** Starts on an open store and a running feed, which stay the caller's. */
    public static Housekeeper start(
            Store store, ImageFeed feed, RegistryConfig config, InstantSource clock) {
        Housekeeper housekeeper = new Housekeeper(store, feed, config, clock);
        housekeeper.subscription = feed.subscribe(housekeeper);
        housekeeper.registry.start();
        housekeeper.thread.start();
        return housekeeper;
    }

    @Override
    public void publish(ImageDelta delta) {
        synchronized (reaper) {
            reaper.observe(System.nanoTime(), delta);
            departed.observe(System.nanoTime(), delta);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
        thread.interrupt();
        registry.close();
    }

    private void run() {
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(config.housekeepingEvery().toNanos());
                try {
                    forgetAbsent();
                    settleLedgers();
                    if (!lookedForDeparted) {
                        findDeparted();
                    }
                    forgetDecisions();
                } catch (RuntimeException e) {
                    LOG.error("housekeeping failed; it goes on at the next look", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the housekeeper ends");
        }
    }

    private void forgetAbsent() {
        List<EndpointImage> due;
        synchronized (reaper) {
            due = reaper.due(System.nanoTime(), feed.image(), MOST_FORGOTTEN);
        }
        for (EndpointImage endpoint : due) {
            LOG.info(
                    "endpoint {} was absent for {}: forgotten", endpoint.key(), config.absentFor());
            registry.forget(endpoint, "absent everywhere for " + config.absentFor());
        }
    }

    private void settleLedgers() {
        String prefix = Keys.prefix(Keys.Area.ASSIGN, Keys.DISRUPTIONS);
        for (Entry entry : read(prefix)) {
            ClusterImage image = feed.image();
            Keys.Key key = Keys.parse(entry.key()).orElse(null);
            if (key == null || image.revision() < entry.modRevision()) {
                continue;
            }
            ServiceImage service = image.services().get(new ServiceKey(key.tenant(), key.name()));
            if (Stored.read(entry.value().toBytes(), DisruptionLedger.class)
                    instanceof Bound.Good<DisruptionLedger>(DisruptionLedger ledger)) {
                DisruptionLedger settled =
                        service == null
                                ? DisruptionLedger.EMPTY
                                : Disruptions.settle(service, ledger, clock.millis());
                if (!settled.equals(ledger)) {
                    replace(entry, settled);
                }
            } else {
                LOG.error("ledger {} cannot be read and is left as it is", entry.key());
            }
        }
    }

    private void replace(Entry entry, DisruptionLedger settled) {
        Op op =
                settled.isEmpty()
                        ? Op.delete(entry.key())
                        : Op.put(entry.key(), Value.of(Stored.write(settled)));
        Txn txn = Txn.when(Compare.modRevision(entry.key(), entry.modRevision())).then(op).build();
        TxnOutcome outcome = store.txn(txn, config.storeDeadline());
        LOG.debug("ledger {} settled: {}", entry.key(), outcome);
    }

    /** Rings outlive their endpoints, for whoever asks where one went; but not for ever. */
    private void forgetDecisions() {
        List<EndpointKey> due;
        synchronized (reaper) {
            due = departed.due(System.nanoTime(), StoreLimits.DEFAULT.opsPerTxn());
        }
        if (due.isEmpty()) {
            return;
        }
        Op[] ops = due.stream().map(RegistryLoop::decisionsKey).map(Op::delete).toArray(Op[]::new);
        if (store.txn(Txn.of(ops), config.storeDeadline()) instanceof TxnOutcome.Committed) {
            synchronized (reaper) {
                departed.forget(due);
            }
        }
    }

    /** Rings that were left by endpoints that went while nobody looked. */
    private void findDeparted() {
        RangeQuery query =
                RangeQuery.prefix(Keys.prefix(Keys.Area.DECISION, Kind.ENDPOINT.plural()))
                        .limit(DECISIONS_PAGE);
        while (!closed
                && store.range(query, config.storeDeadline()) instanceof RangeResult.Range range) {
            synchronized (reaper) {
                for (Entry entry : range.entries()) {
                    Keys.parse(entry.key())
                            .map(key -> new EndpointKey(key.tenant(), key.name()))
                            .filter(key -> !feed.image().endpoints().containsKey(key))
                            .ifPresent(key -> departed.left(key, System.nanoTime()));
                }
            }
            if (!range.more()) {
                lookedForDeparted = true;
                return;
            }
            query = query.after(range.entries().getLast().key());
        }
    }

    private List<Entry> read(String prefix) {
        return store.range(RangeQuery.prefix(prefix), config.storeDeadline())
                        instanceof RangeResult.Range range
                ? range.entries()
                : List.of();
    }
}
