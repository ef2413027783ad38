package io.evenkeel.control.api;

import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.image.PolicyImage;
import io.evenkeel.kernel.image.PresenceMark;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.image.StatusRecord;
import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointAtGateway;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.EndpointStatus;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostStatus;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.OperatorWord;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.PolicyStatus;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.RouteStatus;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceStatus;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Status;
import io.evenkeel.model.SuspectedHost;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Resources as the API shows them: what the image says, merged with what this gateway sees. One
 * object serves one request: it asks each queue once.
 */
final class ResourceViews {
    private final ClusterImage image;
    private final @Nullable SeenGateway gateway;
    private final InstantSource clock;
    private final Map<ServiceKey, Map<String, QueueSnapshot.Entry>> entries = new HashMap<>();
    private final Map<ServiceKey, Integer> eligible = new HashMap<>();

    /**
     * Views of an image.
     *
     * @param gateway null to leave out what the gateway sees
     */
    ResourceViews(ClusterImage image, @Nullable SeenGateway gateway, InstantSource clock) {
        this.image = image;
        this.gateway = gateway;
        this.clock = clock;
    }

    /** The image behind the views. */
    ClusterImage image() {
        return image;
    }

    /** One resource. */
    Optional<Resource<?, ?>> find(Kind kind, String tenant, String name) {
        ServiceKey key = new ServiceKey(tenant, name);
        return switch (kind) {
            case SERVICE -> Optional.ofNullable(image.services().get(key)).map(this::view);
            case ROUTE -> Optional.ofNullable(image.routes().get(key)).map(this::view);
            case POLICY -> Optional.ofNullable(image.policies().get(key)).map(this::view);
            case HOST ->
                    Optional.ofNullable(image.hosts().get(new HostKey(tenant, name)))
                            .map(this::view);
            case VIRTUAL_MACHINE ->
                    Optional.ofNullable(image.machines().get(new MachineKey(tenant, name)))
                            .map(this::view);
            case DATASTORE ->
                    Optional.ofNullable(image.datastores().get(new DatastoreKey(tenant, name)))
                            .map(this::view);
            case ENDPOINT ->
                    Optional.ofNullable(image.endpoints().get(new EndpointKey(tenant, name)))
                            .map(this::view);
        };
    }

    /** A step of a list: names in order, each shown only when asked for. */
    NavigableMap<String, Metadata> names(Kind kind, String tenant, Optional<String> service) {
        NavigableMap<String, Metadata> names = new TreeMap<>();
        switch (kind) {
            case SERVICE ->
                    image.services().forEach((key, found) -> put(names, tenant, metadata(found)));
            case ROUTE ->
                    image.routes().forEach((key, found) -> put(names, tenant, found.metadata()));
            case POLICY ->
                    image.policies().forEach((key, found) -> put(names, tenant, found.metadata()));
            case HOST -> image.hosts().forEach((key, found) -> put(names, tenant, metadata(found)));
            case VIRTUAL_MACHINE ->
                    image.machines().forEach((key, found) -> put(names, tenant, found.metadata()));
            case DATASTORE ->
                    image.datastores()
                            .forEach((key, found) -> put(names, tenant, found.metadata()));
            case ENDPOINT -> {
                if (service.isPresent()) {
                    ServiceImage of = image.services().get(new ServiceKey(tenant, service.get()));
                    if (of != null) {
                        of.endpoints()
                                .forEach((key, found) ->
                                        names.put(
                                                key.name(),
                                                labelled(found.metadata(), found.spec())));
                    }
                } else {
                    image.endpoints()
                            .forEach((key, found) -> {
                                if (key.tenant().equals(tenant)) {
                                    names.put(key.name(), labelled(found.metadata(), found.spec()));
                                }
                            });
                }
            }
        }
        return names;
    }

    Resource<Spec, Status> view(ServiceImage service) {
        int ready = ready(service);
        int draining = 0;
        for (EndpointImage endpoint : service.endpoints().values()) {
            draining += endpoint.adminState() == AdminState.DRAIN ? 1 : 0;
        }
        Metadata metadata = metadata(service);
        StatusRecord status = status(Kind.SERVICE, metadata);
        return resource(
                Kind.SERVICE,
                metadata,
                service.spec(),
                new ServiceStatus(
                        status.observedGeneration(),
                        status.conditions(),
                        service.adminState(),
                        operator(service.assignment()),
                        service.endpoints().size(),
                        ready,
                        draining));
    }

    Resource<Spec, Status> view(RouteImage route) {
        Metadata metadata = route.metadata();
        StatusRecord status = status(Kind.ROUTE, metadata);
        return resource(
                Kind.ROUTE,
                metadata,
                route.spec(),
                new RouteStatus(status.observedGeneration(), status.conditions()));
    }

    Resource<Spec, Status> view(PolicyImage policy) {
        return policy(policy.metadata(), policy.spec());
    }

    /** The policy a service follows: the one it names, or the built-in defaults by that name. */
    Resource<Spec, Status> policyOf(ServiceImage service) {
        ServiceKey named = new ServiceKey(service.key().tenant(), service.spec().policy());
        PolicyImage declared = image.policies().get(named);
        return declared != null
                ? view(declared)
                : policy(Metadata.of(named.tenant(), named.name(), Source.API), service.policy());
    }

    Resource<Spec, Status> view(EndpointImage endpoint) {
        List<String> presentAt = new ArrayList<>();
        for (PresenceMark mark : endpoint.marks()) {
            if (mark.epoch() == endpoint.epoch()) {
                presentAt.add(mark.gateway());
            }
        }
        List<EndpointAtGateway> atGateways = new ArrayList<>();
        SeenGateway seen = gateway;
        if (seen != null) {
            QueueSnapshot.Entry entry =
                    entriesOf(seen, endpoint.service()).get(endpoint.key().name());
            if (entry != null) {
                atGateways.add(atGateway(seen.id(), entry));
            }
        }
        StatusRecord status = status(Kind.ENDPOINT, endpoint.metadata());
        return resource(
                Kind.ENDPOINT,
                endpoint.metadata(),
                endpoint.spec(),
                new EndpointStatus(
                        status.observedGeneration(),
                        status.conditions(),
                        endpoint.epoch(),
                        endpoint.adminState(),
                        operator(endpoint.assignment()),
                        presentAt,
                        lastSeen(endpoint, status),
                        suspected(endpoint),
                        atGateways));
    }

    Resource<Spec, Status> view(HostImage host) {
        Metadata metadata = metadata(host);
        StatusRecord status = status(Kind.HOST, metadata);
        Optional<HostRecord> alive = Optional.ofNullable(host.alive());
        return resource(
                Kind.HOST,
                metadata,
                host.spec(),
                new HostStatus(
                        status.observedGeneration(),
                        status.conditions(),
                        alive.isPresent(),
                        alive.map(record -> Instant.ofEpochMilli(record.sinceMillis())),
                        alive.map(HostRecord::version).orElse(""),
                        alive.map(HostRecord::inventory),
                        Optional.ofNullable(host.use())));
    }

    Resource<Spec, Status> view(MachineImage machine) {
        return resource(Kind.VIRTUAL_MACHINE, machine.metadata(), machine.spec(), machine.status());
    }

    Resource<Spec, Status> view(DatastoreImage datastore) {
        return resource(Kind.DATASTORE, datastore.metadata(), datastore.spec(), datastore.status());
    }

    private static Optional<OperatorWord> operator(Assignment assignment) {
        return assignment.equals(Assignment.NONE)
                ? Optional.empty()
                : Optional.of(
                        new OperatorWord(
                                assignment.adminState(),
                                assignment.reason(),
                                assignment.by(),
                                Instant.ofEpochMilli(assignment.atMillis())));
    }

    /** In words, as a gateway judged it. */
    static List<String> reasons(Eligibility eligibility) {
        return switch (eligibility) {
            case Eligibility.Eligible _ -> List.of();
            case Eligibility.NotEligible(List<Eligibility.Reason> reasons) ->
                    reasons.stream()
                            .map(reason -> reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .toList();
        };
    }

    private static EndpointAtGateway atGateway(String gateway, QueueSnapshot.Entry entry) {
        return new EndpointAtGateway(
                gateway,
                entry.eligibility().isEligible(),
                reasons(entry.eligibility()),
                entry.outstanding(),
                entry.score(),
                entry.requests(),
                entry.latencyMicros());
    }

    private Optional<Instant> lastSeen(EndpointImage endpoint, StatusRecord status) {
        if (endpoint.presentAnywhere()) {
            return Optional.of(Instant.ofEpochMilli(clock.millis()));
        }
        return status.conditions().stream()
                .filter(condition -> condition.reason().equals("NoLink"))
                .map(condition -> condition.lastTransition())
                .findFirst();
    }

    private Optional<SuspectedHost> suspected(EndpointImage endpoint) {
        String name = endpoint.suspectedHost();
        HostImage host = image.hosts().get(new HostKey(endpoint.key().tenant(), name));
        long since = host == null ? 0 : host.suspectedMillis();
        return endpoint.suspected()
                ? Optional.of(
                        new SuspectedHost(
                                name,
                                since == 0
                                        ? Optional.empty()
                                        : Optional.of(Instant.ofEpochMilli(since))))
                : Optional.empty();
    }

    private Map<String, QueueSnapshot.Entry> entriesOf(SeenGateway seen, ServiceKey service) {
        return entries.computeIfAbsent(
                service,
                key -> {
                    Map<String, QueueSnapshot.Entry> byId = new HashMap<>();
                    seen.view()
                            .queue(key.tenant(), key.name())
                            .ifPresent(snapshot -> {
                                eligible.put(key, snapshot.eligible());
                                // A newer incarnation of one id stands after an older.
                                for (QueueSnapshot.Entry entry : snapshot.entries()) {
                                    byId.merge(
                                            entry.endpoint(),
                                            entry,
                                            (one, other) ->
                                                    one.epoch() >= other.epoch() ? one : other);
                                }
                            });
                    return byId;
                });
    }

    private int ready(ServiceImage service) {
        if (service.adminState() != AdminState.READY) {
            return 0;
        }
        SeenGateway seen = gateway;
        if (seen != null) {
            entriesOf(seen, service.key());
            Integer counted = eligible.get(service.key());
            if (counted != null) {
                return counted;
            }
        }
        int ready = 0;
        for (EndpointImage endpoint : service.endpoints().values()) {
            ready += Disruptions.serves(endpoint) ? 1 : 0;
        }
        return ready;
    }

    private Resource<Spec, Status> policy(Metadata metadata, PolicySpec spec) {
        int users = 0;
        for (ServiceImage service : image.services().values()) {
            boolean uses =
                    service.key().tenant().equals(metadata.tenant())
                            && service.spec().policy().equals(metadata.name());
            users += uses ? 1 : 0;
        }
        StatusRecord status = status(Kind.POLICY, metadata);
        return resource(
                Kind.POLICY,
                metadata,
                spec,
                new PolicyStatus(status.observedGeneration(), status.conditions(), users));
    }

    private StatusRecord status(Kind kind, Metadata metadata) {
        return image.status(new ResourceKey(kind, metadata.tenant(), metadata.name()));
    }

    /** A service that nobody declared belongs to the links that made it. */
    private static Metadata metadata(ServiceImage service) {
        Metadata declared = service.metadata();
        return declared != null
                ? declared
                : Metadata.of(service.key().tenant(), service.key().name(), Source.LINK);
    }

    /** A host that nobody declared is known by its agent's word. */
    private static Metadata metadata(HostImage host) {
        Metadata declared = host.metadata();
        return declared != null
                ? declared
                : Metadata.of(host.key().tenant(), host.key().name(), Source.AGENT);
    }

    /** Metadata with the labels that a selector sees: an endpoint's own count as well. */
    Metadata selectable(Resource<?, ?> resource) {
        return resource.spec() instanceof EndpointSpec endpoint
                ? labelled(resource.metadata(), endpoint)
                : resource.metadata();
    }

    private static Metadata labelled(Metadata metadata, EndpointSpec endpoint) {
        if (endpoint.labels().isEmpty()) {
            return metadata;
        }
        TreeMap<String, String> labels = new TreeMap<>(endpoint.labels());
        labels.putAll(metadata.labels());
        return new Metadata(
                metadata.tenant(),
                metadata.name(),
                metadata.uid(),
                metadata.generation(),
                metadata.revision(),
                labels,
                metadata.source());
    }

    private static void put(
            NavigableMap<String, Metadata> names, String tenant, Metadata metadata) {
        if (metadata.tenant().equals(tenant)) {
            names.put(metadata.name(), metadata);
        }
    }

    private static Resource<Spec, Status> resource(
            Kind kind, Metadata metadata, Spec spec, Status status) {
        return new Resource<>(Resource.API_VERSION, kind, metadata, spec, Optional.of(status));
    }
}
