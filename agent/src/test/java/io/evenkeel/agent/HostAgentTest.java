package io.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent on this machine, by what Linux tells of it, over a store with real leases. */
class HostAgentTest {
    private static final Path PROC = Path.of("/proc");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final HostKey HOST = new HostKey("default", "h1");

    private final MemoryStore memory = new MemoryStore();
    private final CutOff store = new CutOff(memory);

    /** A store that can be out of reach. */
    private static final class CutOff extends ForwardingStore {
        private volatile boolean away;

        CutOff(Store store) {
            super(store);
        }

        @Override
        public TxnOutcome txn(Txn txn, Duration deadline) {
            return away ? new Unknown("away") : super.txn(txn, deadline);
        }

        @Override
        public LeaseOutcome grant(Duration ttl, Duration deadline) {
            return away ? new Unknown("away") : super.grant(ttl, deadline);
        }

        @Override
        public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
            return away ? new Unknown("away") : super.keepAlive(leaseId, deadline);
        }
    }

    @AfterEach
    void closeStore() {
        memory.close();
    }

    private HostAgent start(Machine machine, HostInventory inventory) throws IOException {
        HostRecord record = new HostRecord("i", machine.boot(), "1", 0, inventory);
        return HostAgent.start(
                store,
                new AgentConfig(HOST, record, Duration.ofSeconds(2), Duration.ofMillis(50)),
                machine,
                InstantSource.system());
    }

    private Optional<Entry> entry(String key) {
        return ((RangeResult.Range) memory.range(RangeQuery.key(key), SOON))
                .entries().stream().findFirst();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s in time", what).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void hostIsKnownWithWhatItConsistsOfUntilItsAgentEnds() throws Exception {
        Machine machine = Machine.open(PROC);
        HostInventory inventory = machine.inventory("10.0.0.1");
        assertThat(inventory.cores()).isEqualTo(onlineProcessors());
        assertThat(inventory.memory().bytes()).isGreaterThan(1L << 28);
        assertThat(inventory.kernel()).isNotEmpty();
        try (HostAgent agent = start(machine, inventory)) {
            assertThat(agent.awaitKnown(SOON)).isTrue();
            await("use", () -> entry(Keys.hostUse(HOST)).isPresent());
            Bound<HostUse> use =
                    Stored.read(
                            entry(Keys.hostUse(HOST)).orElseThrow().value().toBytes(),
                            HostUse.class);
            HostUse told = ((Bound.Good<HostUse>) use).value();
            assertThat(told.busyMillicores()).isBetween(0, inventory.cores() * 1_000);
            assertThat(told.memoryUsed()).isLessThan(inventory.memory());
        }
        assertThat(entry(Keys.hostAlive(HOST))).isEmpty();
        assertThat(entry(Keys.hostUse(HOST))).isEmpty();
    }

    @Test
    void hostIsKnownAgainOnceTheStoreIsBack() throws Exception {
        Machine machine = Machine.open(PROC);
        try (HostAgent agent = start(machine, machine.inventory("10.0.0.1"))) {
            assertThat(agent.awaitKnown(SOON)).isTrue();
            store.away = true;
            await("the lease's end", () -> entry(Keys.hostAlive(HOST)).isEmpty());
            store.away = false;
            await("the key", () -> entry(Keys.hostAlive(HOST)).isPresent());
            await("use", () -> entry(Keys.hostUse(HOST)).isPresent());
        }
    }

    @Test
    void machineThatTellsSomethingElseIsRefusedWithWhatWasExpected(@TempDir Path proc)
            throws IOException {
        Files.writeString(proc.resolve("stat"), "nothing of the kind\n");
        assertThatThrownBy(() -> Machine.open(proc))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: cpu");
        Files.writeString(proc.resolve("stat"), "cpu 1 1 1 1 1 1 1 1\ncpu0 1 1 1 1 1 1 1 1\n");
        Files.writeString(proc.resolve("meminfo"), "MemTotal: 5 kB\n");
        Machine machine = Machine.open(proc);
        assertThatThrownBy(() -> machine.use(Instant.EPOCH)).hasMessageContaining("MemAvailable");
    }

    private static int onlineProcessors() throws IOException {
        return (int)
                Files.readString(PROC.resolve("cpuinfo"))
                        .lines()
                        .filter(line -> line.startsWith("processor"))
                        .count();
    }
}
