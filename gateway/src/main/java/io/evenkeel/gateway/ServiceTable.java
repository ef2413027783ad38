package io.evenkeel.gateway;

import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.proxy.Directory;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.balancing.BackendReport;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.ServiceKey;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns images of the cluster into queues and routes, and joins to them what this gateway finds out
 * itself: which endpoints hold a link, which are healthy. A change costs in proportion to the
 * endpoints it concerns; only a change of routes or of the set of services builds a new {@link
 * Directory}, which loops read through one volatile.
 *
 * <p>Thread-safe. Nothing here waits for anything but this object's lock.
 */
final class ServiceTable {
    /** Endpoints taken in between two turns of the lock. */
    private static final int PIECE = 64;

    private final GatewaySettings settings;
    private final List<LoopObserver> observers;
    private final LongSupplier nanos;
    private final Departures departures;
    private final HealthWatch watch;
    private final Reaches reaches;

    private final TreeMap<ServiceKey, ServiceState> services = new TreeMap<>();

    private ClusterImage image = ClusterImage.EMPTY;

    private volatile Tunnels tunnels = new Tunnels();

    private final Directories directories = new Directories();
    private volatile RoutedDirectory directory = RoutedDirectory.EMPTY;

    /**
     * An empty table.
     *
     * @param nanos the loops' clock
     * @param departures told of nodes that get no more requests
     * @param watch told which endpoints to check
     */
    ServiceTable(
            GatewaySettings settings,
            List<LoopObserver> observers,
            LongSupplier nanos,
            Departures departures,
            HealthWatch watch) {
        this.settings = settings;
        this.observers = observers;
        this.nanos = nanos;
        this.departures = departures;
        this.watch = watch;
        reaches = new Reaches(settings);
    }

    /** The tunnels by which endpoints without an address are reached. */
    void tunnels(Tunnels standing) {
        tunnels = standing;
    }

    RoutedDirectory directory() {
        return directory;
    }

    /** The last image applied. */
    synchronized ClusterImage image() {
        return image;
    }

    /**
     * Takes in what changed; by one thread at a time. In pieces, so that loops that report
     * something meanwhile don't wait for all of a large image.
     */
    void apply(ImageDelta delta) {
        boolean rebuild = services(delta);
        List<ImageChange<EndpointKey, EndpointImage>> changes = delta.endpoints();
        for (int from = 0; from < changes.size(); from += PIECE) {
            endpoints(changes.subList(from, Math.min(changes.size(), from + PIECE)));
        }
        if (rebuild) {
            rebuild();
        }
    }

    private synchronized boolean services(ImageDelta delta) {
        image = delta.after();
        reaches.image(image);
        boolean rebuild = !delta.routes().isEmpty();
        for (ImageChange<ServiceKey, ServiceImage> change : delta.services()) {
            ServiceImage after = change.after();
            if (after != null) {
                rebuild |=
                        !services.containsKey(change.key())
                                || Destinations.differ(change.before(), after);
                service(change.key()).policy(after.policy(), nanos.getAsLong());
                if (Policies.judgeEndpointsAnew(change.before(), after)) {
                    readmit(after);
                }
            } else {
                rebuild = true;
            }
        }
        return rebuild;
    }

    private synchronized void endpoints(List<ImageChange<EndpointKey, EndpointImage>> changes) {
        for (ImageChange<EndpointKey, EndpointImage> change : changes) {
            endpoint(change);
        }
    }

    private ServiceState service(ServiceKey key) {
        return services.computeIfAbsent(
                key,
                k ->
                        new ServiceState(
                                k,
                                settings.locality(),
                                observers,
                                () -> tunnels,
                                nanos.getAsLong()));
    }

    /** Something that concerns every endpoint changed: each is judged anew. */
    private void readmit(ServiceImage service) {
        ServiceState state = service(service.key());
        for (EndpointImage endpoint : service.endpoints().values()) {
            EndpointState known = state.endpoints.get(endpoint.key().name());
            if (known != null) {
                put(state, service, endpoint);
            }
        }
    }

    private void endpoint(ImageChange<EndpointKey, EndpointImage> change) {
        EndpointImage before = change.before();
        EndpointImage after = change.after();
        if (before != null && (after == null || !after.service().equals(before.service()))) {
            leave(before);
        }
        ServiceImage service = after == null ? null : image.services().get(after.service());
        if (after == null || service == null) {
            return;
        }
        ServiceState state = service(service.key());
        EndpointState known = endpoint(state, after.key(), after.epoch());
        if (known != null && before != null && before.epoch() == after.epoch()) {
            reaches.marks(known.reach, before, after, image);
            if (before.withMarks(after.marks()).equals(after)) {
                // Marks come and go with every link of a cluster: the least is done for them.
                known.image = after;
                settle(state, known);
                return;
            }
        }
        put(state, service, after);
    }

    private void leave(EndpointImage endpoint) {
        ServiceState state = services.get(endpoint.service());
        if (state == null) {
            return;
        }
        EndpointState gone = state.endpoints.remove(endpoint.key().name());
        if (gone != null) {
            state.addresses.remove(endpoint.key().name());
            state.queue().leave(gone.node);
            watch.forget(state, gone.node);
            departures.unused(gone.node);
            departures.drains(gone.node, state.policy().drainNanos());
        }
    }

    private void put(ServiceState state, ServiceImage service, EndpointImage endpoint) {
        String id = endpoint.key().name();
        EndpointState known = state.endpoints.get(id);
        // After a restore from an older backup an epoch may be given a second time.
        boolean same =
                known != null
                        && known.node.epoch() == endpoint.epoch()
                        && known.image.spec().incarnation().equals(endpoint.spec().incarnation());
        HealthCheck check = endpoint.spec().healthCheck().orElse(service.policy().healthCheck());
        // A tunnel carries no checks: a backend that fails takes itself out.
        boolean checked =
                check.type() != HealthCheck.Type.NONE
                        && !Tunnels.names(endpoint.spec().address().host());
        AdminState admin = endpoint.adminState().stricter(service.adminState());
        HealthState health =
                !checked
                        ? HealthState.UNCHECKED
                        : same && known != null && known.health != HealthState.UNCHECKED
                                ? known.health
                                : HealthState.PENDING;
        Reach reach = same && known != null ? known.reach : reaches.newcomer(endpoint);
        EligibilityInputs inputs =
                new EligibilityInputs(
                        admin,
                        health,
                        false,
                        endpoint.suspected(),
                        same && known != null && known.draining,
                        reaches.presence(reach, endpoint),
                        100,
                        false);
        if (!same) {
            state.addresses.put(
                    id,
                    new EndpointAddress(
                            endpoint.epoch(),
                            endpoint.spec().address(),
                            () -> state.policy().limits().connections()));
        }
        Node node =
                state.queue()
                        .put(
                                Policies.endpoint(endpoint, service.policy()),
                                inputs,
                                nanos.getAsLong());
        if (same) {
            if (known != null && admin != known.admin && admin == AdminState.DRAIN) {
                state.keepSessions(node, nanos.getAsLong());
            }
            state.queue().admin(node, admin);
            state.queue().health(node, health);
            state.queue().presence(node, inputs.presence());
            state.queue().suspected(node, inputs.suspected());
        }
        EndpointState now = new EndpointState(node, endpoint, inputs, reach);
        state.endpoints.put(id, now);
        if (known != null && !same) {
            watch.forget(state, known.node);
            departures.unused(known.node);
            departures.drains(known.node, state.policy().drainNanos());
        }
        if (same && known != null && admin != known.admin && admin != AdminState.READY) {
            departures.unused(node);
            departures.drains(node, state.policy().drainNanos());
        }
        if (checked && admin != AdminState.MAINT) {
            watch.check(state, now, check);
        } else {
            watch.forget(state, node);
        }
    }

    private synchronized void rebuild() {
        directory = directories.next(image, services, this::service);
    }

    /** This incarnation holds a link here. */
    synchronized void present(EndpointKey key, long epoch) {
        reaches.linked(key, epoch);
        reach(key, epoch, endpoint -> endpoint.reach.linked());
    }

    /**
     * It no longer does.
     *
     * @param released whether it gave the link up, as others reach it
     */
    synchronized void absent(EndpointKey key, long epoch, boolean released) {
        reaches.unlinked(key, epoch, released);
        reach(key, epoch, endpoint -> reaches.lost(endpoint.reach, endpoint.image, released));
    }

    private void reach(EndpointKey key, long epoch, Consumer<EndpointState> change) {
        ServiceState state = serviceOf(key);
        EndpointState endpoint = state == null ? null : endpoint(state, key, epoch);
        if (state != null && endpoint != null) {
            change.accept(endpoint);
            settle(state, endpoint);
        }
    }

    /** Something was heard of how it is reached. */
    private void settle(ServiceState state, EndpointState endpoint) {
        Presence before = endpoint.presence;
        endpoint.presence = reaches.presence(endpoint.reach, endpoint.image);
        state.queue().presence(endpoint.node, endpoint.presence);
        if (endpoint.presence == Presence.ABSENT && before != Presence.ABSENT) {
            departures.unused(endpoint.node);
        }
    }

    /** It said that it is leaving, or that it stays. */
    synchronized void draining(EndpointKey key, long epoch, boolean draining) {
        ServiceState state = serviceOf(key);
        EndpointState endpoint = state == null ? null : endpoint(state, key, epoch);
        if (state != null && endpoint != null) {
            endpoint.draining = draining;
            if (draining) {
                state.keepSessions(endpoint.node, nanos.getAsLong());
            }
            state.queue().draining(endpoint.node, draining);
            if (draining) {
                departures.unused(endpoint.node);
            }
        }
    }

    /** It said how it is; how many requests it works on counts in the queue. */
    synchronized void reported(
            EndpointKey key, long epoch, BackendReport report, long intervalNanos) {
        ServiceState state = serviceOf(key);
        EndpointState endpoint = state == null ? null : endpoint(state, key, epoch);
        if (state != null && endpoint != null) {
            endpoint.node.reported(report);
            if (report.inFlight() >= 0) {
                int inFlight = (int) Math.min(Integer.MAX_VALUE, report.inFlight());
                state.queue().report(endpoint.node, inFlight, intervalNanos, nanos.getAsLong());
            }
        }
    }

    /**
     * Requests of this gateway at this incarnation; at least 1 while it drains and sessions bound
     * to it may still bring one.
     */
    synchronized int outstanding(EndpointKey key, long epoch) {
        ServiceState state = serviceOf(key);
        EndpointState endpoint = state == null ? null : endpoint(state, key, epoch);
        if (state == null || endpoint == null) {
            return 0;
        }
        int running = state.queue().outstanding(endpoint.node);
        return running == 0 && state.queue().servesSessions(endpoint.node) ? 1 : running;
    }

    /** The active check's word. */
    synchronized void health(ServiceState state, Node node, HealthState health) {
        EndpointState endpoint = state.endpoints.get(node.id());
        if (endpoint != null && endpoint.node == node) {
            endpoint.health = health;
            state.queue().health(node, health);
        }
    }

    /** The gateway begins to serve: endpoints have their time to dial again from now on. */
    synchronized void begin() {
        reaches.begin();
        inGrace((state, endpoint) -> reaches.begins(endpoint.reach));
    }

    /**
     * Ends the time that endpoints had to dial, of those whose time is up.
     *
     * @param attended the time in which this gateway ran and looked, nanoseconds
     */
    void endGrace(long attended) {
        if (reaches.due(attended)) {
            synchronized (this) {
                reaches.look();
                inGrace((state, endpoint) -> {
                    endpoint.reach.endGrace(attended);
                    settle(state, endpoint);
                });
            }
        }
    }

    private void inGrace(BiConsumer<ServiceState, EndpointState> then) {
        for (ServiceState state : services.values()) {
            for (EndpointState endpoint : state.endpoints.values()) {
                if (endpoint.presence == Presence.GRACE) {
                    then.accept(state, endpoint);
                }
            }
        }
    }

    /** A service's state, for views. */
    synchronized @Nullable ServiceState find(ServiceKey key) {
        return services.get(key);
    }

    private @Nullable ServiceState serviceOf(EndpointKey key) {
        EndpointImage endpoint = image.endpoints().get(key);
        return endpoint == null ? null : services.get(endpoint.service());
    }

    private static @Nullable EndpointState endpoint(
            ServiceState state, EndpointKey key, long epoch) {
        EndpointState endpoint = state.endpoints.get(key.name());
        return endpoint == null || endpoint.node.epoch() != epoch ? null : endpoint;
    }
}
