package io.evenkeel.agent.selffence;

import io.evenkeel.agent.core.SelfFence;
import io.evenkeel.agent.core.SelfFence.Storage;
import io.evenkeel.agent.core.SelfFence.Word;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.LocalDisks;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the host's machines when {@link SelfFence} says so: one virtual thread that looks every few
 * seconds. What is ended are the runs that were seen before the reason was, and of those only what
 * has not become another run meanwhile; machines that Evenkeel has not started are left alone, and
 * those that have no disk at a storage cluster.
 */
public final class SelfFencing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfFencing.class);

    /** Between two looks. */
    private static final Duration EVERY = Duration.ofSeconds(5);

    /** For which what the store told of the surroundings is good enough. */
    private static final Duration SURROUNDINGS_LAST = Duration.ofSeconds(30);

    private static final Duration STORE_DEADLINE = Duration.ofSeconds(2);

    /** A driver may have to be started for the call. */
    private static final Duration CALL = Duration.ofSeconds(10);

    private final HostKey host;
    private final String libvirt;
    private final Store store;
    private final Hypervisor hypervisor;
    private final Storages storages;
    private final LongSupplier keyGoodUntil;
    private final SelfFence fence;
    private final OtherAgents others;
    private final Thread thread;
    private Surroundings surroundings = Surroundings.UNKNOWN;
    private long surroundingsUntil;
    private String complaint = "";

    /**
     * Not started yet.
     *
     * @param libvirt URI of the host's own
     * @param loss how long the host's key has to be lost before others are asked
     * @param keyGoodUntil until when the store keeps the host's key, monotonic nanoseconds; any
     *     thread
     */
    public SelfFencing(
            HostKey host,
            String libvirt,
            Duration loss,
            Store store,
            Hypervisor hypervisor,
            Storages storages,
            LongSupplier keyGoodUntil) {
        this.host = host;
        this.libvirt = libvirt;
        this.store = store;
        this.hypervisor = hypervisor;
        this.storages = storages;
        this.keyGoodUntil = keyGoodUntil;
        this.fence = new SelfFence(loss);
        this.others = new OtherAgents(host.name());
        this.surroundingsUntil = System.nanoTime();
        this.thread = Thread.ofVirtual().name("self-fence").unstarted(this::run);
    }

    /** Begins to look; once only. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
        others.close();
    }

    private void run() {
        try {
            while (true) {
                try {
                    look();
                } catch (RuntimeException unexpected) {
                    LOG.error("self-fence: host {} could not be looked at", host, unexpected);
                }
                TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
            }
        } catch (InterruptedException e) {
            LOG.debug("host {} is looked after no longer", host);
        }
    }

    private void look() throws InterruptedException {
        if (System.nanoTime() - surroundingsUntil >= 0) {
            learn();
        }
        Reply<List<Domain>> domains = hypervisor.domains(libvirt, CALL).join();
        complain(domains.problem());
        List<Domain> runs =
                domains instanceof Reply.Done<List<Domain>>(List<Domain> all)
                        ? all.stream()
                                .filter(domain -> domain.token() > 0 && domain.power().isUp())
                                .toList()
                        : List.of();
        boolean asked =
                !runs.isEmpty() && fence.asksOthers(System.nanoTime(), keyGoodUntil.getAsLong());
        Optional<String> reason =
                fence.look(
                        runs.isEmpty() ? List.of() : storages(),
                        asked ? others.ask(surroundings.others()) : List.<Word>of());
        if (reason.isPresent()) {
            end(runs, reason.get());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** What was known before stays known while the store does not answer. */
    private void learn() {
        Surroundings.read(store, host, STORE_DEADLINE)
                .ifPresent(now -> {
                    surroundings = now;
                    surroundingsUntil = System.nanoTime() + SURROUNDINGS_LAST.toNanos();
                });
    }

    private List<Storage> storages() {
        List<CompletableFuture<Reply<Boolean>>> asked = new ArrayList<>();
        surroundings
                .storages()
                .forEach((cluster, pool) ->
                        asked.add(storages.of(cluster).refusesThisMachine(pool, CALL)));
        return asked.stream().map(reply -> read(reply.join())).toList();
    }

    private static Storage read(Reply<Boolean> reply) {
        if (!(reply instanceof Reply.Done<Boolean>(Boolean refuses))) {
            return Storage.UNKNOWN;
        }
        return refuses ? Storage.REFUSES : Storage.SERVES;
    }

    private void end(List<Domain> runs, String reason) {
        for (Domain run : runs) {
            if (hypervisor.describe(libvirt, run.name(), CALL).join()
                            instanceof Reply.Done<String>(String description)
                    && LocalDisks.hasFilesOnly(description)) {
                LOG.debug("self-fence: {} has all its disks here: it goes on", run.name());
                continue;
            }
            Reply<Boolean> ended = hypervisor.destroyRun(libvirt, run, CALL).join();
            if (ended instanceof Reply.Done) {
                LOG.warn("self-fence: {} was ended: {}", run.name(), reason);
            } else {
                LOG.error(
                        "self-fence: {} could not be ended ({}): {}",
                        run.name(),
                        reason,
                        ended.problem());
            }
        }
    }

    private void complain(String problem) {
        if (!problem.equals(complaint) && !problem.isEmpty()) {
            LOG.warn("self-fence: libvirt at {}: {}; nothing can be ended", libvirt, problem);
        }
        complaint = problem;
    }
}
