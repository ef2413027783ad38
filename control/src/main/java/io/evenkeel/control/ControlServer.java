package io.evenkeel.control;

import io.evenkeel.control.api.ApiCounters;
import io.evenkeel.control.api.ApiServer;
import io.evenkeel.control.api.LocalCaller;
import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.control.api.javalin.JavalinListener;
import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.control.files.ResourceFiles;
import io.evenkeel.control.metrics.Metrics;
import io.evenkeel.control.registry.StatusDriver;
import io.evenkeel.kernel.decision.AuditRetention;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.permission.PermissionPort;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API and the declared files over one store.
 *
 * <p>Give {@link #images} to whatever builds images from the store; requests that read wait a
 * moment for the image that has all in it that was committed before them. Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    private final ApiServer api;
    private final StatusDriver statuses;
    private final AuditTrail trail;
    private final @Nullable ResourceFiles files;

    private ControlServer(
            ApiServer api, StatusDriver statuses, AuditTrail trail, @Nullable ResourceFiles files) {
        this.api = api;
        this.statuses = statuses;
        this.trail = trail;
        this.files = files;
    }

    /**
     * Listens, and reads the declared files.
     *
     * @param store the cluster's memory; stays the caller's to close
     * @param gateway the gateway in this process, if there is one
     * @param refusals registrations that the registry refused, the latest first
     * @param metrics sources of metrics other than gateway, API and JVM
     * @param ready whether the rest of the process does its work; {@code /readyz} asks
     * @throws ControlStartException when the address may not or cannot be listened on, or the
     *     declared files are wrong; its message has every problem
     */
    public static ControlServer start(
            ControlConfig config,
            Store store,
            Optional<SeenGateway> gateway,
            Supplier<List<Refusal>> refusals,
            List<Supplier<List<MetricFamily>>> metrics,
            BooleanSupplier ready) {
        Optional<String> refusal = LocalCaller.refusalToListen(config.listen().address());
        if (refusal.isPresent()) {
            throw new ControlStartException(refusal.get());
        }
        ApiCounters counters = new ApiCounters();
        List<Supplier<List<MetricFamily>>> sources = new ArrayList<>();
        gateway.ifPresent(seen -> sources.add(() -> seen.view().metrics(MOST_ENDPOINTS)));
        sources.add(counters::metrics);
        sources.addAll(metrics);
        InstantSource clock = InstantSource.system();
        AuditTrail trail =
                AuditTrail.start(store, AuditRetention.DEFAULT, PRUNE_AUDIT_EVERY, clock);
        ApiServer api;
        try {
            api =
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
                            () -> UUID.randomUUID().toString(),
                            ready);
        } catch (RuntimeException e) {
            trail.close();
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
        if (config.resources().isEmpty()) {
            return new ControlServer(api, StatusDriver.start(store, clock), trail, null);
        }
        try {
            ResourceFiles files =
                    ResourceFiles.start(
                            config.resources().get(),
                            api.operations(),
                            clock,
                            () -> UUID.randomUUID().toString());
            return new ControlServer(api, StatusDriver.start(store, clock), trail, files);
        } catch (RuntimeException e) {
            api.close();
            trail.close();
            throw new ControlStartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static final Duration PRUNE_AUDIT_EVERY = Duration.ofSeconds(15);

    /** Endpoints up to which each has metrics of its own. */
    private static final int MOST_ENDPOINTS = 1_000;

    /** Where images are to be published. */
    public ImagePublisher images() {
        return delta -> {
            api.images().publish(delta);
            statuses.publish(delta);
        };
    }

    /** The port really bound. */
    public int port() {
        return api.port();
    }

    /** Stops listening; what runs is ended. Idempotent. */
    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
        api.close();
        statuses.close();
        trail.close();
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        for (Throwable next = e.getCause(); next != null; next = next.getCause()) {
            cause = next;
        }
        return String.valueOf(cause.getMessage());
    }
}
