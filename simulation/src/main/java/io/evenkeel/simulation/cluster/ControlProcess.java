package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.registry.ReaperLoop;
import io.evenkeel.kernel.status.StatusLoop;
import io.evenkeel.kernel.status.StatusWrite;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.simulation.control.Contender;
import io.evenkeel.simulation.registry.SimImages;
import io.evenkeel.simulation.registry.SimRegistry;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.Seed;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a control's process: the product's election, and while it leads the product's
 * housekeeping and statuses, every write of which carries the term.
 */
final class ControlProcess {
    static final String LOCK = "/ek/1/lock/leaders/default/control";
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final long WAIT_NANOS = 500_000_000L;
    private static final int MOST_FORGOTTEN = 100;
    private static final int MOST_STATUSES = StoreLimits.DEFAULT.opsPerTxn() - Term.COMPARES - 1;
    private static final String LOOKED = "/ek/1/task/housekeeping/default/looked";
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    private final Cluster cluster;
    private final Seed seed;
    private final String name;
    private final StoreWay way;
    private final Contender candidate;
    private @Nullable Term led;
    private final SimImages images;
    private @Nullable Reign reign;

    ControlProcess(Cluster cluster, String name, Seed seed) {
        this.cluster = cluster;
        this.seed = seed;
        double pace = 0.95 + seed.generator("pace").nextDouble() / 10;
        this.name = name;
        way = cluster.store().way(seed.generator("way"));
        way.doubt(cluster.options().doubtPermille());
        candidate =
                new Contender(name, cluster.queue(), way, pace, LOCK, TTL, WAIT_NANOS, this::turn);
        images =
                new SimImages(
                        cluster.queue(),
                        way,
                        candidate::happens,
                        StoreCopy.NONE,
                        SimImages.Passage.SOUND);
        images.onBatch(this::batch);
        images.subscribe(delta -> cluster.images().seen(name, delta.after()));
        images.subscribe(delta -> {
            if (reign != null) {
                reign.observe(delta);
            }
        });
    }

    void begin() {
        images.begin();
        candidate.turn();
    }

    Contender candidate() {
        return candidate;
    }

    String name() {
        return name;
    }

    StoreWay way() {
        return way;
    }

    void kill() {
        candidate.kill();
        way.end();
        images.end();
    }

    private void batch(WatchBatch batch) {
        for (Change change : batch.changes()) {
            if (change instanceof Change.Delete && change.key().equals(LOCK)) {
                candidate.lockDeleted(change.revision());
            }
        }
    }

    private void turn() {
        Term leads = candidate.term().orElse(null);
        if (leads != null && !leads.equals(led)) {
            cluster.elected(name, leads);
        }
        led = leads;
        Reign now = reign;
        if (now != null && !now.term.equals(leads)) {
            now.end();
            reign = null;
        }
        if (leads != null && reign == null && images.image().revision() > 0) {
            reign = new Reign(leads);
            reign.observe(ImageDelta.whole(images.image()));
        }
        if (reign != null) {
            reign.look();
        }
    }

    /** The duties during one term. */
    private final class Reign {
        private final Term term;
        private final ReaperLoop reaper = new ReaperLoop(cluster.options().times().absentFor());
        private final StatusLoop statuses = new StatusLoop(now());
        private final SimRegistry registry;
        private long lookedNanos = now();
        private boolean writing;
        private boolean over;

        Reign(Term term) {
            this.term = term;
            registry =
                    new SimRegistry(
                            cluster.queue(),
                            seed.generator("registry " + term.number()),
                            images,
                            this::commit,
                            candidate::happens,
                            cluster::wallMillis);
        }

        private long now() {
            return cluster.queue().nowNanos();
        }

        void observe(ImageDelta delta) {
            reaper.observe(now(), delta);
            statuses.observe(now(), cluster.wallMillis(), delta);
        }

        void end() {
            over = true;
            registry.end();
        }

        void look() {
            if (now() - lookedNanos < 1_000_000_000L) {
                return;
            }
            lookedNanos = now();
            for (EndpointImage endpoint : reaper.due(now(), images.image(), MOST_FORGOTTEN)) {
                registry.forget(endpoint.key(), endpoint.epoch());
            }
            List<StatusWrite> writes = statuses.due(now(), MOST_STATUSES);
            if (!writing) {
                writing = true;
                Txn.Builder txn = Txn.builder();
                writes.forEach(write -> txn.when(write.unchanged()).then(write.op()));
                // A duty that writes at every look: there is always something that may come late.
                txn.then(Op.put(LOOKED, Long.toString(lookedNanos)));
                commit(txn.build(), outcome -> writing = false);
            }
        }

        /** As {@link io.evenkeel.kernel.election.TermedStore} does. */
        private void commit(Txn txn, Consumer<TxnOutcome> then) {
            Txn sent = txn.ops().isEmpty() ? txn : cluster.joints().controls().sent(term, txn);
            way.<TxnOutcome>call(
                    store -> cluster.leaderWrites(term, sent, store),
                    LOST,
                    outcome ->
                            candidate.happens(() -> {
                                if (!over) {
                                    then.accept(
                                            txn.ops().isEmpty()
                                                    ? outcome
                                                    : cluster.joints()
                                                            .controls()
                                                            .seen(term, outcome));
                                }
                            }));
        }
    }
}
