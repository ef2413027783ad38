package io.evenkeel.control.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.election.Term;
import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Renewals of leases, which are three for each time that a lease lasts. */
    private final AtomicInteger renewals = new AtomicInteger();

    private final Store store =
            new ForwardingStore(new MemoryStore()) {
                @Override
                public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
                    renewals.incrementAndGet();
                    return super.keepAlive(leaseId, deadline);
                }
            };
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<Store> given = new CopyOnWriteArrayList<>();
    private final List<Leadership> standing = new ArrayList<>();

    @AfterEach
    void closeAll() {
        standing.forEach(Leadership::close);
        store.close();
    }

    private Leadership stand(String id) {
        Duty duty =
                termed -> {
                    given.add(termed);
                    done.add(id + " begins");
                    return () -> done.add(id + " ends");
                };
        Leadership leadership =
                Leadership.start(
                        store,
                        new ElectionSettings(id, id, new HostPort("127.0.0.1", 1), "1", TTL),
                        List.of(duty),
                        InstantSource.system());
        standing.add(leadership);
        return leadership;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s in time", what).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private TxnOutcome write(Store to) {
        return to.txn(Txn.of(Op.put("/k", "x")), Duration.ofSeconds(5));
    }

    @Test
    void oneOfTwoHasTheDutiesAndTheOtherGetsThemWhenItGoes() throws Exception {
        Leadership first = stand("a");
        await("the first leads", () -> done.contains("a begins"));
        Leadership second = stand("b");
        Term old = first.term().orElseThrow();
        assertThat(write(given.getFirst())).isInstanceOf(TxnOutcome.Committed.class);
        // Longer than a lease: it is renewed.
        await("renewals by both", () -> renewals.get() >= 12);
        assertThat(first.term()).contains(old);
        assertThat(second.term()).isEmpty();
        first.close();
        await("the second leads", () -> done.contains("b begins"));
        assertThat(done).containsExactly("a begins", "a ends", "b begins");
        assertThat(second.term().orElseThrow().number()).isGreaterThan(old.number());
        assertThat(write(given.getFirst()))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(Rejected.Code.DEPOSED));
        assertThat(write(given.getLast())).isInstanceOf(TxnOutcome.Committed.class);
    }

    @Test
    void leaderWhoseLockIsTakenAwayLaysItsDutiesDown() throws Exception {
        Leadership only = stand("a");
        await("it leads", () -> done.contains("a begins"));
        Term old = only.term().orElseThrow();
        store.txn(Txn.of(Op.delete(Keys.leader("control"))), Duration.ofSeconds(5));
        await("it leads anew", () -> done.size() == 3);
        assertThat(done).containsExactly("a begins", "a ends", "a begins");
        assertThat(only.term().orElseThrow().number()).isGreaterThan(old.number());
        assertThat(write(given.getFirst())).isInstanceOf(Rejected.class);
    }

    @Test
    void dutyThatCannotBeTakenUpKeepsNoOtherFromIt() throws Exception {
        Leadership leadership =
                Leadership.start(
                        store,
                        new ElectionSettings("a", "a", new HostPort("127.0.0.1", 1), "1", TTL),
                        List.of(
                                termed -> {
                                    throw new IllegalStateException("not today");
                                },
                                termed -> {
                                    done.add("second");
                                    return () -> {};
                                }),
                        InstantSource.system());
        standing.add(leadership);
        await("the other duty", () -> done.contains("second"));
        assertThat(leadership.metrics().getFirst().samples().toString()).contains("1.0");
    }
}
