package io.evenkeel.control.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final MemoryStore store = new MemoryStore();

    private long lease() {
        return ((LeaseOutcome.Held) store.grant(TTL, DEADLINE)).leaseId();
    }

    private LeaseKeeper start(long lease, long askedNanos) {
        return LeaseKeeper.start(store, lease, TTL, askedNanos, System::nanoTime);
    }

    @Test
    void leaseThatIsRenewedHolds() throws InterruptedException {
        try (LeaseKeeper keeper = start(lease(), System.nanoTime())) {
            assertThat(keeper.late()).isEmpty();
            TimeUnit.MILLISECONDS.sleep(TTL.toMillis());
            assertThat(keeper.late()).as("after its first time, renewed").isEmpty();
        }
    }

    @Test
    void leaseThatIsHalfOverDoesNot() {
        long half = System.nanoTime() - TTL.toNanos() / 2 - 1;
        try (LeaseKeeper keeper = start(lease(), half)) {
            assertThat(keeper.late()).isNotEmpty();
        }
    }

    @Test
    void leaseThatTheStoreDoesNotRenewIsGivenUpInTime() throws InterruptedException {
        long lease = lease();
        try (LeaseKeeper keeper = start(lease, System.nanoTime())) {
            store.revoke(lease, DEADLINE);
            TimeUnit.MILLISECONDS.sleep(TTL.toMillis() / 2 + 50);
            assertThat(keeper.late()).isNotEmpty();
        }
    }
}
