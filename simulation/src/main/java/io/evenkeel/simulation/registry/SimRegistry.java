package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.registry.RegistryAttempt;
import io.evenkeel.kernel.registry.RegistryDesk;
import io.evenkeel.kernel.registry.RegistryEvent;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The kernel's registry desk, driven by events: what is a thread in production is a turn here. */
public final class SimRegistry implements Admission {
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    private static final long STORE_DEADLINE = Duration.ofSeconds(2).toNanos();
    private static final long LOOK_AGAIN = Duration.ofMillis(20).toNanos();

    private final EventQueue queue;
    private final RandomGenerator random;
    private final SimImages images;
    private final Txns txns;
    private final Executor turns;
    private final LongSupplier wallMillis;
    private final RegistryDesk desk;
    private final Deque<RegistryEvent> arrived = new ArrayDeque<>();
    private boolean busy;
    private boolean ended;

    /**
     * A registry where nothing waits.
     *
     * @param turns runs what it does: at once, in turns of a process, or never when that is dead
     * @param wallMillis the process's wall clock
     */
    public SimRegistry(
            EventQueue queue,
            RandomGenerator random,
            SimImages images,
            Txns txns,
            Executor turns,
            LongSupplier wallMillis) {
        this.queue = queue;
        this.random = random;
        this.images = images;
        this.txns = txns;
        this.turns = turns;
        this.wallMillis = wallMillis;
        TreeSet<String> tenants = new TreeSet<>();
        tenants.add("default");
        desk = new RegistryDesk(tenants);
    }

    /** Nothing more is begun. */
    public void end() {
        ended = true;
    }

    @Override
    public void admit(Registration registration, Consumer<AdmissionReply> reply) {
        add(desk.register(registration, reply, queue.nowNanos() + PATIENCE));
    }

    @Override
    public void leave(EndpointKey endpoint, long epoch, String reason) {
        add(new RegistryEvent.Leave(endpoint, epoch, reason, queue.nowNanos() + PATIENCE));
    }

    /** Forgets an endpoint that was absent for too long, unless it is present again. */
    public void forget(EndpointKey endpoint, long epoch) {
        add(new RegistryEvent.Forget(endpoint, epoch, "absent", queue.nowNanos() + PATIENCE));
    }

    private void add(RegistryEvent event) {
        arrived.add(event);
        later(0, this::work);
    }

    private void later(long nanos, Runnable action) {
        queue.after(
                nanos,
                () ->
                        turns.execute(() -> {
                            if (!ended) {
                                action.run();
                            }
                        }));
    }

    private void work() {
        if (busy || (arrived.isEmpty() && !desk.hasDeferred())) {
            return;
        }
        busy = true;
        List<RegistryEvent> taken = new ArrayList<>();
        while (!arrived.isEmpty() && taken.size() < RegistryDesk.BATCH) {
            taken.add(arrived.remove());
        }
        attempt(desk.nextBatch(taken), left -> oneByOne(new ArrayDeque<>(left)));
    }

    /** What is left of a batch. */
    private void oneByOne(Deque<RegistryEvent> left) {
        if (left.isEmpty()) {
            busy = false;
            work();
        } else {
            again(left.remove(), RegistryDesk.SHORTEST_PAUSE.toNanos(), () -> oneByOne(left));
        }
    }

    private void again(RegistryEvent event, long pause, Runnable done) {
        if (event.deadlineNanos() - queue.nowNanos() <= 0) {
            event.answer(RegistryDesk.unavailable("the store did not confirm in time"));
            done.run();
            return;
        }
        later(
                pause,
                () ->
                        attempt(
                                List.of(event),
                                left -> {
                                    if (left.isEmpty()) {
                                        done.run();
                                    } else {
                                        long longer = RegistryDesk.LONGEST_PAUSE.toNanos();
                                        again(event, Math.min(2 * pause, longer), done);
                                    }
                                }));
    }

    private void attempt(List<RegistryEvent> all, Consumer<List<RegistryEvent>> then) {
        List<RegistryEvent> batch =
                images.storeIsSilent()
                        ? desk.confirmKnown(images.image(), all, wallMillis.getAsLong())
                        : all;
        if (batch.isEmpty()) {
            then.accept(batch);
        } else {
            awaitImage(batch, queue.nowNanos() + STORE_DEADLINE, then);
        }
    }

    private void awaitImage(
            List<RegistryEvent> batch, long deadline, Consumer<List<RegistryEvent>> then) {
        if (images.image().revision() >= desk.awaits(images.timeline())) {
            decide(batch, then);
        } else if (queue.nowNanos() >= deadline) {
            then.accept(batch);
        } else {
            later(LOOK_AGAIN, () -> awaitImage(batch, deadline, then));
        }
    }

    private void decide(List<RegistryEvent> batch, Consumer<List<RegistryEvent>> then) {
        RegistryAttempt attempt = desk.attempt(images.image(), batch);
        Optional<Txn> reads = attempt.reads();
        if (reads.isEmpty()) {
            commit(attempt, then);
        } else {
            commit(
                    reads.get(),
                    outcome -> {
                        attempt.read(outcome);
                        commit(attempt, then);
                    });
        }
    }

    private void commit(RegistryAttempt attempt, Consumer<List<RegistryEvent>> then) {
        Optional<Txn> decided =
                attempt.decide(
                        wallMillis.getAsLong(), () -> "uid-" + random.nextLong(), refused -> {});
        if (decided.isEmpty()) {
            then.accept(attempt.again());
        } else {
            commit(
                    decided.get(),
                    outcome -> {
                        attempt.committed(outcome);
                        then.accept(attempt.again());
                    });
        }
    }

    private void commit(Txn txn, Consumer<TxnOutcome> then) {
        txns.commit(txn, outcome -> later(0, () -> then.accept(outcome)));
    }
}
