package io.evenkeel.control;

import io.evenkeel.control.api.ApiCounters;
import io.evenkeel.control.api.ApiServer;
import io.evenkeel.control.api.LocalCaller;
import io.evenkeel.control.api.ResourceOperations;
import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.control.api.javalin.JavalinListener;
import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.control.files.ResourceFiles;
import io.evenkeel.control.leader.Duty;
import io.evenkeel.control.leader.ElectionSettings;
import io.evenkeel.control.leader.Leadership;
import io.evenkeel.control.metrics.HostMetrics;
import io.evenkeel.control.metrics.Metrics;
import io.evenkeel.control.registry.ImageRelay;
import io.evenkeel.control.registry.StatusDriver;
import io.evenkeel.kernel.decision.AuditRetention;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.permission.PermissionPort;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API over one store, and what one process at a time does for the cluster: statuses, declared
 * files, trimming of the audit trail, and the duties that others bring. A process that is alone
 * begins with them at once; one of several when it is elected, under its term.
 *
 * <p>Give {@link #images} to whatever builds images from the store; requests that read wait a
 * moment for the image that has all in it that was committed before them. Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private static final Duration PRUNE_AUDIT_EVERY = Duration.ofSeconds(15);

    /** Endpoints up to which each has metrics of its own. */
    private static final int MOST_ENDPOINTS = 1_000;

    private final InstantSource clock = InstantSource.system();
    private final ImageRelay images = new ImageRelay();

    /** Closed in the opposite order. */
    private final Deque<Duty.Running> running = new ArrayDeque<>();

    private final AuditTrail trail;
    private @Nullable ApiServer api;
    private @Nullable Leadership leadership;

    private ControlServer(Store store) {
        trail = AuditTrail.start(store, AuditRetention.DEFAULT);
        running.push(trail::close);
    }

    /**
     * Listens, and takes up the duties or stands for election.
     *
     * @param store the cluster's memory; stays the caller's to close
     * @param gateway the gateway in this process, if there is one
     * @param refusals registrations that the registry refused, the latest first
     * @param metrics sources of metrics other than gateway, API and JVM
     * @param duties done before those that are the server's own
     * @param ready whether the rest of the process does its work; {@code /readyz} asks
     * @param hypervisor the hosts' libvirts, in a process that can ask them; stays the caller's to
     *     close
     * @throws ControlStartException when the address may not or cannot be listened on, or the
     *     declared files are wrong; its message has every problem
     */
    public static ControlServer start(
            ControlConfig config,
            Store store,
            Optional<SeenGateway> gateway,
            Supplier<List<Refusal>> refusals,
            List<Supplier<List<MetricFamily>>> metrics,
            List<Duty> duties,
            BooleanSupplier ready,
            Optional<Hypervisor> hypervisor) {
        Optional<String> refusal = LocalCaller.refusalToListen(config.listen().address());
        if (refusal.isPresent()) {
            throw new ControlStartException(refusal.get());
        }
        ControlServer server = new ControlServer(store);
        try {
            server.listen(config, store, gateway, refusals, metrics, ready, hypervisor);
            List<Duty> all = new ArrayList<>(duties);
            all.addAll(server.duties(config));
            server.begin(config.part(), store, all);
            return server;
        } catch (ControlStartException failed) {
            server.close();
            throw failed;
        } catch (RuntimeException failed) {
            server.close();
            throw new ControlStartException(String.valueOf(failed.getMessage()), failed);
        }
    }

    private void listen(
            ControlConfig config,
            Store store,
            Optional<SeenGateway> gateway,
            Supplier<List<Refusal>> refusals,
            List<Supplier<List<MetricFamily>>> metrics,
            BooleanSupplier ready,
            Optional<Hypervisor> hypervisor) {
        ApiCounters counters = new ApiCounters();
        List<Supplier<List<MetricFamily>>> sources = new ArrayList<>();
        gateway.ifPresent(seen -> sources.add(() -> seen.view().metrics(MOST_ENDPOINTS)));
        sources.add(counters::metrics);
        sources.add(this::leaderMetrics);
        if (!(config.part() instanceof ControlConfig.Part.None)) {
            sources.add(
                    new HostMetrics(store, images, config.placement(), clock, System::nanoTime));
        }
        sources.addAll(metrics);
        ApiServer listening;
        try {
            listening =
                    ApiServer.start(
                            JavalinListener::start,
                            config.listen(),
                            config.version(),
                            store,
                            gateway,
                            trail,
                            refusals,
                            counters,
                            new Metrics(sources),
                            PermissionPort.everythingToLocal(),
                            clock,
                            ControlServer::uid,
                            config.part() instanceof ControlConfig.Part.None,
                            ready,
                            hypervisor,
                            config.placement());
        } catch (RuntimeException e) {
            throw new ControlStartException(
                    "api address: "
                            + config.listen().address().getHostString()
                            + ":"
                            + config.listen().address().getPort()
                            + " cannot be listened on ("
                            + rootCause(e)
                            + "; expected: free); choose another port, or 0 for any free one",
                    e);
        }
        api = listening;
        running.push(listening::close);
        images.subscribe(listening.images());
    }

    private List<Duty> duties(ControlConfig config) {
        List<Duty> duties = new ArrayList<>();
        duties.add(store -> StatusDriver.start(store, images, clock));
        duties.add(store -> trail.prune(store, PRUNE_AUDIT_EVERY, clock));
        boolean alone = config.part() instanceof ControlConfig.Part.Alone;
        config.resources()
                .ifPresent(path ->
                        duties.add(store ->
                                alone
                                        ? ResourceFiles.start(
                                                path,
                                                new ResourceOperations(store),
                                                clock,
                                                ControlServer::uid)
                                        : ResourceFiles.follow(
                                                path,
                                                new ResourceOperations(store),
                                                clock,
                                                ControlServer::uid)));
        return duties;
    }

    private void begin(ControlConfig.Part part, Store store, List<Duty> duties) {
        switch (part) {
            case ControlConfig.Part.Alone _ ->
                    duties.forEach(duty -> running.push(duty.begin(store)));
            case ControlConfig.Part.Elected(ElectionSettings election) -> {
                Leadership standing = Leadership.start(store, election, duties, clock);
                leadership = standing;
                running.push(standing::close);
            }
            case ControlConfig.Part.None _ -> {}
        }
    }

    private static String uid() {
        return UUID.randomUUID().toString();
    }

    private List<MetricFamily> leaderMetrics() {
        Leadership standing = leadership;
        return standing == null ? List.of() : standing.metrics();
    }

    /** Where images are to be published. */
    public ImagePublisher images() {
        return images;
    }

    /** The port really bound. */
    public int port() {
        ApiServer listening = api;
        return listening == null ? 0 : listening.port();
    }

    /** Stops listening; what runs is ended. Idempotent. */
    @Override
    public void close() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (RuntimeException e) {
                LOG.error("a part of the API did not end as it should", e);
            }
        }
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        for (Throwable next = e.getCause(); next != null; next = next.getCause()) {
            cause = next;
        }
        return String.valueOf(cause.getMessage());
    }
}
