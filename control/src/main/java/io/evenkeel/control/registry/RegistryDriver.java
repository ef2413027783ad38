package io.evenkeel.control.registry;

import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.registry.EndpointPast;
import io.evenkeel.kernel.registry.Incarnations;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.registry.RefusalLog;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.registry.RegistryDecision;
import io.evenkeel.kernel.registry.RegistryLoop;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link RegistryLoop}: a bounded queue, one virtual thread, and one txn for as many decisions
 * about different endpoints as fit. It never decides on an image older than its own last commit.
 * After an outcome that nobody knows it reads how the store stands and decides anew; the decision
 * then finds what was committed and confirms it, so nothing is admitted twice.
 */
final class RegistryDriver implements Admission, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryDriver.class);

    private static final int BATCH = StoreLimits.DEFAULT.opsPerTxn() / RegistryLoop.MOST_OPS;
    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);
    private static final Duration UNAVAILABLE_RETRY = Duration.ofSeconds(2);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Store store;
    private final ImageFeed feed;
    private final RegistryLoop loop;
    private final RegistryConfig config;
    private final InstantSource clock;
    private final LinkedBlockingQueue<RegistryEvent> queue = new LinkedBlockingQueue<>();

    /** Taken from the queue and put off, because their endpoint was in the batch before. */
    private final Deque<RegistryEvent> deferred = new ArrayDeque<>();

    /** Guarded by itself. */
    private final RefusalLog refusals = new RefusalLog();

    private final Thread thread;
    private long lastCommitted;

    /** The feed's, in which that was. */
    private long timeline;

    private volatile boolean closed;

    RegistryDriver(Store store, ImageFeed feed, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.config = config;
        this.clock = clock;
        this.loop = new RegistryLoop(config.tenants());
        this.thread = Thread.ofVirtual().name("registry").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void admit(Registration registration, Consumer<AdmissionReply> reply) {
        if (closed) {
            reply.accept(unavailable("the registry is closed"));
            return;
        }
        if (queue.size() >= config.queueLimit()) {
            reply.accept(
                    new AdmissionReply.Refused(
                            Code.BUSY,
                            "registrations waiting: "
                                    + queue.size()
                                    + " (expected: < "
                                    + config.queueLimit()
                                    + "); register again after "
                                    + BUSY_RETRY.toMillis()
                                    + " ms",
                            BUSY_RETRY));
            return;
        }
        // A malformed one gets the empty key: it waits for nobody and is refused when its turn
        // comes.
        EndpointKey key = loop.endpointOf(registration).orElse(RegistryEvent.NOBODY);
        queue.add(new RegistryEvent.Register(key, registration, reply, deadlineNanos()));
    }

    @Override
    public void leave(EndpointKey endpoint, long epoch, String reason) {
        end(new RegistryEvent.Leave(endpoint, epoch, reason, deadlineNanos()));
    }

    /** Forgets an endpoint unless it is present again by then. */
    void forget(EndpointImage endpoint, String reason) {
        end(new RegistryEvent.Forget(endpoint.key(), endpoint.epoch(), reason, deadlineNanos()));
    }

    private void end(RegistryEvent event) {
        if (queue.size() >= 4 * config.queueLimit()) {
            LOG.warn("{} is dropped, {} wait; the reaper will see to it", event, queue.size());
        } else {
            queue.add(event);
        }
    }

    private long deadlineNanos() {
        return System.nanoTime() + config.patience().toNanos();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                decideAndCommit(nextBatch());
            }
        } catch (InterruptedException e) {
            LOG.debug("the registry ends");
        } finally {
            closed = true;
            refuseAll(deferred);
            List<RegistryEvent> rest = new ArrayList<>();
            queue.drainTo(rest);
            refuseAll(rest);
        }
    }

    private void refuseAll(Iterable<RegistryEvent> events) {
        for (RegistryEvent event : events) {
            event.answer(unavailable("the registry is closed"));
        }
    }

    /** Waits for events; takes what is there, at most one for an endpoint, each in its order. */
    private List<RegistryEvent> nextBatch() throws InterruptedException {
        List<RegistryEvent> batch = new ArrayList<>();
        TreeSet<EndpointKey> taken = new TreeSet<>();
        List<RegistryEvent> waiting = new ArrayList<>(deferred);
        deferred.clear();
        if (waiting.isEmpty()) {
            waiting.add(queue.take());
        }
        queue.drainTo(waiting, BATCH);
        for (RegistryEvent event : waiting) {
            boolean free = event.key().equals(RegistryEvent.NOBODY) || taken.add(event.key());
            if (free && batch.size() < BATCH) {
                batch.add(event);
            } else {
                deferred.add(event);
            }
        }
        return batch;
    }

    /** Tries the batch as one txn; where that fails, what is left of it one by one. */
    private void decideAndCommit(List<RegistryEvent> batch) throws InterruptedException {
        for (RegistryEvent event : attempt(batch)) {
            List<RegistryEvent> left = List.of(event);
            long pauseNanos = SHORTEST_PAUSE_NANOS;
            while (!left.isEmpty()) {
                if (event.deadlineNanos() - System.nanoTime() <= 0) {
                    LOG.warn("{} was given up: the store did not confirm in time", event);
                    event.answer(unavailable("the store did not confirm in time"));
                    break;
                }
                TimeUnit.NANOSECONDS.sleep(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
                left = attempt(left);
            }
        }
    }

    /** Decides and commits events about different endpoints; returns those to decide again. */
    private List<RegistryEvent> attempt(List<RegistryEvent> all) throws InterruptedException {
        List<RegistryEvent> batch = feed.storeIsSilent() ? confirmKnown(all) : all;
        if (batch.isEmpty()) {
            return batch;
        }
        if (timeline != feed.timeline()) {
            // Not of this store's history: it would be waited for for ever.
            lastCommitted = 0;
            timeline = feed.timeline();
        }
        if (!feed.awaitRevision(lastCommitted, config.storeDeadline())) {
            return batch;
        }
        ClusterImage image = feed.image();
        List<EndpointKey> asked = asked(image, batch);
        Map<EndpointKey, EndpointPast> pasts = new TreeMap<>();
        if (!asked.isEmpty()) {
            switch (store.txn(reads(asked), config.storeDeadline())) {
                case TxnOutcome.Committed(long _, List<OpResult> results) ->
                        pasts = pasts(asked, results);
                case Rejected rejected -> {
                    LOG.warn("{} decisions not made: {}", batch.size(), rejected.message());
                    batch.forEach(event -> event.answer(reply(rejected)));
                    return List.of();
                }
                case TxnOutcome.Refused _, Unknown _ -> {
                    return batch;
                }
            }
        }
        List<RegistryEvent> again = new ArrayList<>();
        List<Decided> decided = new ArrayList<>();
        Txn.Builder txn = Txn.builder();
        for (RegistryEvent event : batch) {
            EndpointPast past = pasts.getOrDefault(event.key(), EndpointPast.NONE);
            switch (decide(image, event, past)) {
                case RegistryDecision.Refuse refuse -> refuse(event, refuse.reply(), image);
                case RegistryDecision.Ignore ignore -> LOG.debug("{}: {}", event, ignore.reason());
                case RegistryDecision.Commit commit -> {
                    decided.add(new Decided(event, commit));
                    commit.compares().forEach(compare -> txn.when(compare));
                    commit.ops().forEach(op -> txn.then(op));
                }
            }
        }
        if (!decided.isEmpty()) {
            commit(decided, txn.build(), again);
        }
        return again;
    }

    /**
     * Confirms incarnations that the image knows, without asking a store that does not answer: what
     * links here again would be out for as long as the store is. Where the store knows better by
     * now, its next image cuts the link. Returns the others.
     */
    private List<RegistryEvent> confirmKnown(List<RegistryEvent> batch) {
        ClusterImage image = feed.image();
        List<RegistryEvent> others = new ArrayList<>();
        for (RegistryEvent event : batch) {
            if (event instanceof RegistryEvent.Register
                    && !RegistryLoop.asksPast(image, event.key(), event.incarnation())
                    && decide(image, event, EndpointPast.NONE)
                            instanceof RegistryDecision.Commit commit) {
                event.answer(RegistryDecision.admitted(commit, 0));
            } else {
                others.add(event);
            }
        }
        return others;
    }

    private RegistryDecision decide(ClusterImage image, RegistryEvent event, EndpointPast past) {
        long now = clock.millis();
        return switch (event) {
            case RegistryEvent.Leave leave ->
                    loop.leave(image, leave.key(), leave.epoch(), leave.reason(), past, now);
            case RegistryEvent.Forget forget ->
                    loop.forget(image, forget.key(), forget.epoch(), forget.reason(), past, now);
            case RegistryEvent.Register register ->
                    loop.register(
                            image,
                            register.registration(),
                            past,
                            now,
                            UUID.randomUUID().toString());
        };
    }

    private void refuse(RegistryEvent event, AdmissionReply.Refused reply, ClusterImage image) {
        if (event instanceof RegistryEvent.Register register) {
            EndpointKey key = event.key().equals(RegistryEvent.NOBODY) ? null : event.key();
            synchronized (refusals) {
                refusals.note(
                        register.registration(), key, reply, image.revision(), clock.millis());
            }
        }
        event.answer(reply);
    }

    /** The last refusals, the latest first. Any thread. */
    List<Refusal> refusals() {
        synchronized (refusals) {
            return refusals.latest();
        }
    }

    /** Those whose decision takes what the store remembers of them. */
    private static List<EndpointKey> asked(ClusterImage image, List<RegistryEvent> batch) {
        return batch.stream()
                .filter(event ->
                        !event.key().equals(RegistryEvent.NOBODY)
                                && RegistryLoop.asksPast(image, event.key(), event.incarnation()))
                .map(RegistryEvent::key)
                .toList();
    }

    private static Txn reads(List<EndpointKey> keys) {
        Txn.Builder reads = Txn.builder();
        for (EndpointKey key : keys) {
            reads.then(
                    Op.read(RangeQuery.key(RegistryLoop.incarnationsKey(key))),
                    Op.read(RangeQuery.key(RegistryLoop.decisionsKey(key))));
        }
        return reads.build();
    }

    private static Map<EndpointKey, EndpointPast> pasts(
            List<EndpointKey> keys, List<OpResult> results) {
        Map<EndpointKey, EndpointPast> pasts = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Optional<Entry> ring = entry(results.get(2 * i + 1));
            pasts.put(
                    keys.get(i),
                    new EndpointPast(
                            read(entry(results.get(2 * i)), Incarnations.class, Incarnations.NONE),
                            read(ring, DecisionRing.class, DecisionRing.EMPTY),
                            ring.map(Entry::modRevision).orElse(0L)));
        }
        return pasts;
    }

    private static Optional<Entry> entry(OpResult result) {
        return ((OpResult.ReadDone) result).range().entries().stream().findFirst();
    }

    private static <T> T read(Optional<Entry> entry, Class<T> type, T none) {
        if (entry.isEmpty()) {
            return none;
        }
        if (Stored.read(entry.get().value().toBytes(), type) instanceof Bound.Good<T>(T value)) {
            return value;
        }
        LOG.error("{} cannot be read; nothing is known of what it said", entry.get().key());
        return none;
    }

    private void commit(List<Decided> decided, Txn txn, List<RegistryEvent> again) {
        switch (store.txn(txn, config.storeDeadline())) {
            case TxnOutcome.Committed done -> {
                if (!txn.ops().isEmpty()) {
                    lastCommitted = done.revision();
                }
                for (Decided one : decided) {
                    one.event().answer(RegistryDecision.admitted(one.commit(), done.revision()));
                }
            }
            // The image was stale, or is: the watch brings what is missing.
            case TxnOutcome.Refused _ -> decided.forEach(one -> again.add(one.event()));
            case Unknown unknown -> {
                LOG.warn("{} decisions to be made again: {}", decided.size(), unknown.reason());
                decided.forEach(one -> again.add(one.event()));
            }
            case Rejected rejected -> {
                if (rejected.code() == Rejected.Code.INVALID && decided.size() > 1) {
                    decided.forEach(one -> again.add(one.event()));
                } else {
                    LOG.warn("{} decisions rejected: {}", decided.size(), rejected.message());
                    decided.forEach(one -> one.event().answer(reply(rejected)));
                }
            }
        }
    }

    private record Decided(RegistryEvent event, RegistryDecision.Commit commit) {}

    private static AdmissionReply.Refused reply(Rejected rejected) {
        return switch (rejected.code()) {
            case BUSY -> new AdmissionReply.Refused(Code.BUSY, rejected.message(), BUSY_RETRY);
            case INVALID ->
                    new AdmissionReply.Refused(Code.OVERSIZED, rejected.message(), Duration.ZERO);
            default -> unavailable(rejected.message());
        };
    }

    private static AdmissionReply.Refused unavailable(String why) {
        return new AdmissionReply.Refused(
                Code.UNAVAILABLE,
                why + "; register again after " + UNAVAILABLE_RETRY.toMillis() + " ms",
                UNAVAILABLE_RETRY);
    }
}
