package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workers do about their claims. */
class MachineWorkersTest extends MachinesScene {
    private static final String OVER = "its claim may be over";

    private final AtomicLong stoppedNanos = new AtomicLong();
    private volatile boolean stops;

    /** Stands still once it has asked for a lease, while the lease runs. */
    private Store stopping() {
        return new ForwardingStore(store) {
            @Override
            public LeaseOutcome grant(Duration ttl, Duration deadline) {
                LeaseOutcome granted = super.grant(ttl, deadline);
                if (stops) {
                    stoppedNanos.addAndGet(ttl.toNanos() / 2 + TimeUnit.SECONDS.toNanos(1));
                }
                return granted;
            }
        };
    }

    @BeforeEach
    void leadAndWork() {
        lead();
        work("w1", stopping(), () -> System.nanoTime() + stoppedNanos.get());
    }

    @Test
    void workerThatWasStoppedPastHalfItsClaimStartsNothing() {
        stops = true;
        machine("vm", "on");
        await(
                "it is said, or done all the same",
                () -> problem("vm").contains(OVER) || hosts.starts() > 0);
        assertThat(hosts.starts()).isZero();
        stops = false;
        await("it runs", () -> power("vm").equals("running"));
        assertThat(hosts.starts()).isEqualTo(1);
    }

    @Test
    void workerThatWasStoppedPastHalfItsClaimMovesNothing() {
        machine("vm", "on");
        await("it runs", () -> power("vm").equals("running"));
        stops = true;
        host("h2");
        spec("h1", true);
        await(
                "it is said, or done all the same",
                () ->
                        migration().map(Task::detail).equals(Optional.of(OVER))
                                || hosts.running(H1).isEmpty());
        assertThat(hosts.running(H1)).containsExactly("vm");
        stops = false;
        await("it has moved", () -> hosts.running(H2).equals(List.of("vm")));
        assertThat(hosts.starts()).isEqualTo(1);
    }
}
