package io.evenkeel.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway's key, and the marks that it writes only under it. */
class GatewayKeyTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final EndpointKey WEB = new EndpointKey("default", "web-1");

    private final Store store = new MemoryStore();
    private final List<Registry> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() {
        started.forEach(Registry::close);
        store.close();
    }

    private Registry gateway(String instance) {
        Registry registry = Registry.start(store, RegistryConfig.of("gw"), List.of());
        started.add(registry);
        HostPort somewhere = new HostPort("127.0.0.1", 1);
        registry.announce(
                new GatewayRecord(instance, somewhere, Optional.of(somewhere), somewhere, "1", 0));
        return registry;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s in time", what).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private String value(String key) {
        return ((RangeResult.Range) store.range(RangeQuery.key(key), SOON))
                .entries().stream().findFirst().map(entry -> entry.value().text()).orElse("");
    }

    @Test
    void ofTwoWithOneIdTheSecondIsSilentUntilTheFirstIsGone() throws Exception {
        Registry first = gateway("first");
        await("the first is known", () -> value(Keys.gateway("gw")).contains("first"));
        Registry second = gateway("second");
        second.presence().present(WEB, 7);
        first.presence().present(WEB, 5);
        await("a mark", () -> !value(Keys.presence("gw", WEB)).isEmpty());
        assertThat(value(Keys.presence("gw", WEB))).contains("\"epoch\":5");
        assertThat(value(Keys.gateway("gw"))).contains("first");
        first.close();
        await("the second is known", () -> value(Keys.gateway("gw")).contains("second"));
        await("its mark", () -> value(Keys.presence("gw", WEB)).contains("\"epoch\":7"));
    }

    /** Who reads the end of the gateway sees that its marks went with it, not one by one. */
    @Test
    void gatewayDepartsWithAllItsMarksAtOneRevision() throws Exception {
        Registry gateway = gateway("only");
        gateway.presence().present(WEB, 5);
        await("a mark", () -> !value(Keys.presence("gw", WEB)).isEmpty());
        List<List<String>> ends = new CopyOnWriteArrayList<>();
        WatchListener listener =
                new WatchListener() {
                    @Override
                    public void onBatch(WatchBatch batch) {
                        ends.add(batch.changes().stream().map(Change::key).toList());
                    }

                    @Override
                    public void onEnd(WatchEnd end) {}
                };
        try (var watch = store.watch(Keys.ROOT, 0, listener)) {
            assertThat(watch).isNotNull();
            gateway.depart();
            // What the gateway's stop says of its links comes too late to be written.
            gateway.presence().absent(WEB, 5);
            await("the end", () -> !ends.isEmpty());
        }
        assertThat(ends.getFirst())
                .containsExactlyInAnyOrder(Keys.gateway("gw"), Keys.presence("gw", WEB));
    }
}
