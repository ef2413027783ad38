package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.registry.RefusalLog;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.registry.RegistryAttempt;
import io.evenkeel.kernel.registry.RegistryDesk;
import io.evenkeel.kernel.registry.RegistryEvent;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.EndpointKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link RegistryDesk}: a bounded queue, one virtual thread, and the calls of the store that
 * the desk wants made.
 */
final class RegistryDriver implements Admission, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryDriver.class);

    private final Store store;
    private final ImageFeed feed;
    private final RegistryConfig config;
    private final InstantSource clock;
    private final LinkedBlockingQueue<RegistryEvent> queue = new LinkedBlockingQueue<>();

    /** The thread's, but for {@link RegistryDesk#register}, which changes nothing. */
    private final RegistryDesk desk;

    /** Guarded by itself. */
    private final RefusalLog refusals = new RefusalLog();

    private final Thread thread;
    private volatile boolean closed;

    RegistryDriver(Store store, ImageFeed feed, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.config = config;
        this.clock = clock;
        this.desk = new RegistryDesk(config.tenants());
        this.thread = Thread.ofVirtual().name("registry").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void admit(Registration registration, Consumer<AdmissionReply> reply) {
        if (closed) {
            reply.accept(RegistryDesk.unavailable("the registry is closed"));
            return;
        }
        if (queue.size() >= config.queueLimit()) {
            reply.accept(RegistryDesk.busy(queue.size(), config.queueLimit()));
            return;
        }
        queue.add(desk.register(registration, reply, deadlineNanos()));
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
            refuseAll(desk.takeDeferred());
            List<RegistryEvent> rest = new ArrayList<>();
            queue.drainTo(rest);
            refuseAll(rest);
        }
    }

    private static void refuseAll(Iterable<RegistryEvent> events) {
        for (RegistryEvent event : events) {
            event.answer(RegistryDesk.unavailable("the registry is closed"));
        }
    }

    /** Waits for events. */
    private List<RegistryEvent> nextBatch() throws InterruptedException {
        List<RegistryEvent> arrived = new ArrayList<>();
        if (!desk.hasDeferred()) {
            arrived.add(queue.take());
        }
        queue.drainTo(arrived, RegistryDesk.BATCH);
        return desk.nextBatch(arrived);
    }

    /** Tries the batch as one txn; where that fails, what is left of it one by one. */
    private void decideAndCommit(List<RegistryEvent> batch) throws InterruptedException {
        for (RegistryEvent event : attempt(batch)) {
            List<RegistryEvent> left = List.of(event);
            long pauseNanos = RegistryDesk.SHORTEST_PAUSE.toNanos();
            while (!left.isEmpty()) {
                if (event.deadlineNanos() - System.nanoTime() <= 0) {
                    LOG.warn("{} was given up: the store did not confirm in time", event);
                    event.answer(RegistryDesk.unavailable("the store did not confirm in time"));
                    break;
                }
                TimeUnit.NANOSECONDS.sleep(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, RegistryDesk.LONGEST_PAUSE.toNanos());
                left = attempt(left);
            }
        }
    }

    /** Decides and commits events about different endpoints; returns those to decide again. */
    private List<RegistryEvent> attempt(List<RegistryEvent> all) throws InterruptedException {
        List<RegistryEvent> batch =
                feed.storeIsSilent() ? desk.confirmKnown(feed.image(), all, clock.millis()) : all;
        if (batch.isEmpty()
                || !feed.awaitRevision(desk.awaits(feed.timeline()), config.storeDeadline())) {
            return batch;
        }
        RegistryAttempt attempt = desk.attempt(feed.image(), batch);
        attempt.reads().ifPresent(reads -> attempt.read(txn(batch, reads)));
        attempt.unreadable().forEach(key -> LOG.error("{} cannot be read; it is ignored", key));
        Optional<Txn> decided =
                attempt.decide(clock.millis(), () -> UUID.randomUUID().toString(), this::note);
        decided.ifPresent(txn -> attempt.committed(txn(batch, txn)));
        return attempt.again();
    }

    private TxnOutcome txn(List<RegistryEvent> batch, Txn txn) {
        TxnOutcome outcome = store.txn(txn, config.storeDeadline());
        if (!(outcome instanceof TxnOutcome.Committed || outcome instanceof TxnOutcome.Refused)) {
            LOG.warn("{} decisions not made: {}", batch.size(), outcome);
        }
        return outcome;
    }

    private void note(RegistryAttempt.Refusal refusal) {
        RegistryEvent.Register event = refusal.event();
        EndpointKey key = event.key().equals(RegistryEvent.NOBODY) ? null : event.key();
        synchronized (refusals) {
            refusals.note(
                    event.registration(),
                    key,
                    refusal.reply(),
                    feed.image().revision(),
                    clock.millis());
        }
    }

    /** The last refusals, the latest first. Any thread. */
    List<Refusal> refusals() {
        synchronized (refusals) {
            return refusals.latest();
        }
    }
}
