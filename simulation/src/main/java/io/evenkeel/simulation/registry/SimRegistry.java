package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.EndpointPast;
import io.evenkeel.kernel.registry.Incarnations;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.registry.RegistryDecision;
import io.evenkeel.kernel.registry.RegistryLoop;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Stored;
import io.evenkeel.simulation.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's registry loop over the kernel's store semantics. Txns take time, watches lag behind
 * them, and some outcomes are unknown: the txn happened or it did not, and nobody says which. What
 * fails a compare or is unknown is decided again on a newer image, as in production.
 */
public final class SimRegistry implements Admission {
    private static final long MILLI = 1_000_000L;

    private final EventQueue queue;
    private final RandomGenerator random;
    private final int doubtPermille;
    private final StoreState store;
    private final Executor turns;
    private final ImageBuilder images = new ImageBuilder();
    private final List<ImagePublisher> publishers = new ArrayList<>();
    private final List<Consumer<WatchBatch>> commits = new ArrayList<>();
    private final RegistryLoop loop;
    private long lastWatchNanos;

    /** Decisions wait for an image that has what this registry knows it has written. */
    private long lastCommitted;

    /**
     * An empty registry.
     *
     * @param doubtPermille share of txns whose outcome is unknown, 0 to 1000; half of them happened
     */
    public SimRegistry(EventQueue queue, RandomGenerator random, int doubtPermille) {
        this(queue, random, doubtPermille, new StoreState(StoreLimits.DEFAULT), Runnable::run);
    }

    /**
     * A registry on a store that may hold something: begins to know it with {@link #load}.
     *
     * @param turns runs what it does: at once, in turns of a process, or never when that is dead
     */
    public SimRegistry(
            EventQueue queue,
            RandomGenerator random,
            int doubtPermille,
            StoreState store,
            Executor turns) {
        this.queue = queue;
        this.random = random;
        this.doubtPermille = doubtPermille;
        this.store = store;
        this.turns = turns;
        TreeSet<String> tenants = new TreeSet<>();
        tenants.add("default");
        loop = new RegistryLoop(tenants);
    }

    /** The store, as it is now. */
    public StoreState store() {
        return store;
    }

    /** The image, which lags behind the store. */
    public ClusterImage image() {
        return images.image();
    }

    /** Tells of every image from now on. */
    public void subscribe(ImagePublisher publisher) {
        publishers.add(publisher);
    }

    /** Tells of every commit, at once. */
    public void onCommit(Consumer<WatchBatch> listener) {
        commits.add(listener);
    }

    /** Reads the whole store. */
    public void load() {
        publish(images.load(List.copyOf(store.entries()), store.revision()));
    }

    private void publish(ImageDelta delta) {
        publishers.forEach(publisher -> publisher.publish(delta));
    }

    @Override
    public void admit(Registration registration, Consumer<AdmissionReply> reply) {
        later(() -> decideAdmission(registration, reply));
    }

    @Override
    public void leave(EndpointKey endpoint, long epoch, String reason) {
        end(millis -> loop.leave(image(), endpoint, epoch, reason, past(endpoint), millis));
    }

    private void decideAdmission(Registration registration, Consumer<AdmissionReply> reply) {
        if (image().revision() < lastCommitted) {
            later(() -> decideAdmission(registration, reply));
            return;
        }
        // Read no earlier than the image: the loop's own condition.
        ClusterImage image = image();
        EndpointPast past = loop.endpointOf(registration).map(this::past).orElse(EndpointPast.NONE);
        RegistryDecision decision =
                loop.register(
                        image,
                        registration,
                        past,
                        queue.nowNanos() / MILLI,
                        "uid-" + random.nextLong());
        switch (decision) {
            case RegistryDecision.Refuse refuse -> reply.accept(refuse.reply());
            case RegistryDecision.Ignore ignore ->
                    throw new IllegalStateException("no answer: " + ignore.reason());
            case RegistryDecision.Commit commit ->
                    commit(
                            commit,
                            done -> {
                                if (done == null) {
                                    later(() -> decideAdmission(registration, reply));
                                } else {
                                    reply.accept(
                                            RegistryDecision.admitted(commit, done.revision()));
                                }
                            });
        }
    }

    /** Forgets an endpoint that was absent for too long, unless it is present again. */
    public void forget(EndpointKey endpoint, long epoch) {
        end(millis -> loop.forget(image(), endpoint, epoch, "absent", past(endpoint), millis));
    }

    /** Decides on an end until the decision stands. */
    private void end(LongFunction<RegistryDecision> decide) {
        later(() -> {
            if (image().revision() < lastCommitted) {
                end(decide);
                return;
            }
            RegistryDecision.Commit commit = decide.apply(queue.nowNanos() / MILLI).commit();
            if (commit != null) {
                commit(
                        commit,
                        done -> {
                            if (done == null) {
                                end(decide);
                            }
                        });
            }
        });
    }

    private EndpointPast past(EndpointKey endpoint) {
        Optional<Entry> replaced = read(RegistryLoop.incarnationsKey(endpoint));
        Optional<Entry> ring = read(RegistryLoop.decisionsKey(endpoint));
        return new EndpointPast(
                replaced.map(entry -> stored(entry, Incarnations.class)).orElse(Incarnations.NONE),
                ring.map(entry -> stored(entry, DecisionRing.class)).orElse(DecisionRing.EMPTY),
                ring.map(Entry::modRevision).orElse(0L));
    }

    private Optional<Entry> read(String key) {
        return store.range(RangeQuery.key(key)) instanceof RangeResult.Range range
                ? range.entries().stream().findFirst()
                : Optional.empty();
    }

    private static <T> T stored(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type).orElseThrow();
    }

    /** Commits after a while; the outcome is null if it has to be decided again. */
    private void commit(
            RegistryDecision.Commit commit, Consumer<TxnOutcome.@Nullable Committed> outcome) {
        Txn.Builder txn = Txn.builder();
        commit.compares().forEach(compare -> txn.when(compare));
        commit.ops().forEach(op -> txn.then(op));
        later(() -> {
            boolean doubt = random.nextInt(1000) < doubtPermille;
            if (doubt && random.nextBoolean()) {
                outcome.accept(null);
                return;
            }
            TxnOutcome result = write(txn.build());
            outcome.accept(!doubt && result instanceof TxnOutcome.Committed done ? done : null);
        });
    }

    /** Commits at once; the image hears of it some time later. */
    public TxnOutcome write(Txn txn) {
        long before = store.revision();
        TxnOutcome result = store.txn(txn);
        if (store.revision() > before) {
            watch(store.batch(store.revision()));
        }
        return result;
    }

    /** Ends the leases whose time is over. */
    public void expire() {
        long now = queue.nowNanos();
        for (long lease = store.expired(now); lease != 0; lease = store.expired(now)) {
            long before = store.revision();
            store.revoke(lease);
            if (store.revision() > before) {
                watch(store.batch(store.revision()));
            }
        }
    }

    /** The image hears of it some time later, in order. */
    private void watch(WatchBatch batch) {
        commits.forEach(listener -> listener.accept(batch));
        lastWatchNanos = Math.max(lastWatchNanos, queue.nowNanos() + random.nextLong(30 * MILLI));
        queue.at(lastWatchNanos, () -> turns.execute(() -> publish(images.apply(batch))));
    }

    /** Does something some milliseconds later, in a turn of the registry's. */
    void later(Runnable action) {
        queue.after(1 + random.nextLong(10 * MILLI), () -> turns.execute(action));
    }
}
