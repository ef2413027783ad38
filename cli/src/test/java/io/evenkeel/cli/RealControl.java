package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.ControlConfig;
import io.evenkeel.control.ControlServer;
import io.evenkeel.control.registry.Registry;
import io.evenkeel.control.registry.RegistryConfig;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The API over a store on disk, for commands to be run against. */
final class RealControl implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    final Store store;
    final Registry registry;
    private final ControlServer control;

    private RealControl(Path directory, Optional<Hypervisor> hypervisor) {
        store = EmbeddedStore.open(EmbeddedConfig.at(directory.resolve("store")).minFreeBytes(0));
        control =
                ControlServer.start(
                        ControlConfig.onLoopback(0, "test"),
                        store,
                        Optional.empty(),
                        this::refusals,
                        List.of(),
                        List.of(),
                        () -> true,
                        hypervisor);
        registry = Registry.start(store, RegistryConfig.of("gw"), List.of(control.images()));
    }

    /** Serves when this returns; with hosts' libvirts to be asked, or none. */
    static RealControl in(Path directory, Optional<Hypervisor> hypervisor)
            throws InterruptedException {
        RealControl started = new RealControl(directory, hypervisor);
        assertThat(started.registry.awaitReady(DEADLINE)).isTrue();
        return started;
    }

    private List<Refusal> refusals() {
        return registry.refusals();
    }

    String url() {
        return "http://127.0.0.1:" + control.port();
    }

    Ran run(List<String> arguments) {
        return Ran.against(url(), arguments.toArray(String[]::new));
    }

    /** What a process of the cluster would write; the revision. */
    long commit(Op... ops) {
        TxnOutcome outcome = store.txn(Txn.of(ops), DEADLINE);
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        return ((TxnOutcome.Committed) outcome).revision();
    }

    @Override
    public void close() {
        control.close();
        registry.close();
        store.close();
    }
}
