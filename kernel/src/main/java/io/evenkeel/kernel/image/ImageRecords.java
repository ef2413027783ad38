package io.evenkeel.kernel.image;

import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.RouteSpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Spec;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records an image is made of, read; also those that wait for the spec they belong to. */
final class ImageRecords {
    /** A spec with its metadata. */
    record Described<S>(Metadata metadata, S spec) {}

    // By hash: there may be a hundred thousand, which are asked for one by one.
    private final Map<EndpointKey, Described<EndpointSpec>> endpoints = new LinkedHashMap<>();
    private final Map<EndpointKey, TreeMap<String, PresenceMark>> marks = new LinkedHashMap<>();
    private final Map<ResourceKey, StatusImage> statuses = new LinkedHashMap<>();

    private final TreeMap<EndpointKey, Assignment> assignments = new TreeMap<>();
    private final TreeMap<ServiceKey, Described<ServiceSpec>> services = new TreeMap<>();
    private final TreeMap<ServiceKey, Assignment> serviceAssignments = new TreeMap<>();
    private final TreeMap<ServiceKey, RouteImage> routes = new TreeMap<>();
    private final TreeMap<ServiceKey, PolicyImage> policies = new TreeMap<>();
    private final TreeMap<String, GatewayImage> gateways = new TreeMap<>();

    private final HostRecords hosts = new HostRecords();
    private final MachineRecords machines = new MachineRecords();
    private final SuspicionRecords suspicions = new SuspicionRecords();

    /** Whether keys like this one are part of images. */
    static boolean relevant(Keys.Key key) {
        return switch (key.area()) {
            case SPEC, STATUS -> Kind.ofPlural(key.kind()).isPresent();
            case PRESENCE -> true;
            case ASSIGN ->
                    ofEndpoint(key)
                            || key.kind().equals(Kind.SERVICE.plural())
                            || SuspicionRecords.ofRun(key);
            case TASK -> SuspicionRecords.ofHost(key);
            case LOCK -> key.kind().equals(Keys.GATEWAYS) || HostRecords.relevant(key);
            default -> false;
        };
    }

    /** Of the kinds that are assigned to: an endpoint's, otherwise a service's. */
    static boolean ofEndpoint(Keys.Key key) {
        return key.kind().equals(Kind.ENDPOINT.plural());
    }

    /** Takes in what a record says. */
    void put(ReadRecord read, Object said) {
        Keys.Key key = read.key();
        switch (said) {
            case Resource<?, ?> resource -> put(key, resource.metadata(), resource.spec());
            case PresenceRecord mark ->
                    marks.computeIfAbsent(endpointKey(key), k -> new TreeMap<>())
                            .put(
                                    key.kind(),
                                    new PresenceMark(key.kind(), mark.epoch(), mark.sinceMillis()));
            case StatusRecord status ->
                    statuses.put(resourceKey(key), new StatusImage(status, read.revision()));
            case VirtualMachineStatus status ->
                    machines.observe(MachineRecords.machineKey(key), status, read.revision());
            case DatastoreStatus status ->
                    machines.observe(MachineRecords.datastoreKey(key), status, read.revision());
            case Assignment assignment -> {
                if (ofEndpoint(key)) {
                    assignments.put(endpointKey(key), assignment);
                } else {
                    serviceAssignments.put(serviceKey(key), assignment);
                }
            }
            case GatewayRecord gateway ->
                    gateways.put(
                            key.name(), new GatewayImage(key.name(), gateway, read.revision()));
            case HostRecord host -> hosts.alive(Keys.hostOf(key), host, read.revision());
            case HostUse use -> hosts.use(Keys.hostOf(key), use);
            case Procedure procedure -> suspicions.put(Keys.hostOf(key), procedure);
            case RunRecord run -> suspicions.put(MachineRecords.machineKey(key), run);
            default -> throw new IllegalStateException(key + " says " + said.getClass());
        }
    }

    private void put(Keys.Key key, Metadata metadata, Spec spec) {
        switch (spec) {
            case EndpointSpec endpoint ->
                    put(endpointKey(key), new Described<>(metadata, endpoint));
            case ServiceSpec service ->
                    services.put(serviceKey(key), new Described<>(metadata, service));
            case RouteSpec route -> routes.put(serviceKey(key), new RouteImage(metadata, route));
            case PolicySpec policy ->
                    policies.put(serviceKey(key), new PolicyImage(metadata, policy));
            case HostSpec host -> hosts.declare(Keys.hostOf(key), metadata, host);
            case VirtualMachineSpec machine ->
                    machines.declare(MachineRecords.machineKey(key), metadata, machine);
            case DatastoreSpec datastore ->
                    machines.declare(MachineRecords.datastoreKey(key), metadata, datastore);
        }
    }

    /** Null: it is gone. */
    private void put(EndpointKey key, @Nullable Described<EndpointSpec> now) {
        Described<EndpointSpec> was = now == null ? endpoints.remove(key) : endpoints.put(key, now);
        suspicions.respecify(key, was == null ? null : was.spec(), now == null ? null : now.spec());
    }

    void remove(Keys.Key key) {
        if (SuspicionRecords.relevant(key)) {
            suspicions.remove(key);
            return;
        }
        switch (key.area()) {
            case SPEC -> {
                Optional<Kind> kind = Kind.ofPlural(key.kind());
                if (kind.isPresent()) {
                    switch (kind.get()) {
                        case ENDPOINT -> put(endpointKey(key), null);
                        case SERVICE -> services.remove(serviceKey(key));
                        case ROUTE -> routes.remove(serviceKey(key));
                        case POLICY -> policies.remove(serviceKey(key));
                        case HOST -> hosts.remove(key);
                        case VIRTUAL_MACHINE, DATASTORE -> machines.remove(key);
                    }
                }
            }
            case PRESENCE ->
                    marks.computeIfPresent(
                            endpointKey(key),
                            (k, byGateway) -> {
                                byGateway.remove(key.kind());
                                return byGateway.isEmpty() ? null : byGateway;
                            });
            case STATUS -> {
                if (MachineRecords.relevant(key)) {
                    machines.remove(key);
                } else {
                    statuses.remove(resourceKey(key));
                }
            }
            case LOCK -> {
                if (HostRecords.relevant(key)) {
                    hosts.remove(key);
                } else {
                    gateways.remove(key.name());
                }
            }
            case ASSIGN -> {
                if (ofEndpoint(key)) {
                    assignments.remove(endpointKey(key));
                } else {
                    serviceAssignments.remove(serviceKey(key));
                }
            }
            default -> {}
        }
    }

    /** The keys of everything held. */
    List<Keys.Key> keys() {
        List<Keys.Key> keys = new ArrayList<>();
        String endpointKind = Kind.ENDPOINT.plural();
        for (EndpointKey key : endpoints.keySet()) {
            keys.add(key(Keys.Area.SPEC, endpointKind, key));
        }
        for (EndpointKey key : assignments.keySet()) {
            keys.add(key(Keys.Area.ASSIGN, endpointKind, key));
        }
        marks.forEach((key, byGateway) -> {
            for (String gateway : byGateway.keySet()) {
                keys.add(key(Keys.Area.PRESENCE, gateway, key));
            }
        });
        services.keySet().forEach(key -> keys.add(key(Kind.SERVICE, key)));
        for (ServiceKey key : serviceAssignments.keySet()) {
            keys.add(
                    new Keys.Key(
                            Keys.Area.ASSIGN, Kind.SERVICE.plural(), key.tenant(), key.name()));
        }
        for (ResourceKey key : statuses.keySet()) {
            keys.add(new Keys.Key(Keys.Area.STATUS, key.kind().plural(), key.tenant(), key.name()));
        }
        gateways.keySet().forEach(id -> keys.add(Keys.parse(Keys.gateway(id)).orElseThrow()));
        routes.keySet().forEach(key -> keys.add(key(Kind.ROUTE, key)));
        policies.keySet().forEach(key -> keys.add(key(Kind.POLICY, key)));
        keys.addAll(hosts.keys());
        keys.addAll(machines.keys());
        keys.addAll(suspicions.keys());
        return keys;
    }

    /** The endpoint as its records say, null without a spec. */
    @Nullable EndpointImage endpoint(EndpointKey key) {
        Described<EndpointSpec> described = endpoints.get(key);
        if (described == null) {
            return null;
        }
        TreeMap<String, PresenceMark> byGateway = marks.get(key);
        EndpointImage image =
                new EndpointImage(
                        key,
                        described.metadata(),
                        described.spec(),
                        described.metadata().revision(),
                        assignments.getOrDefault(key, Assignment.NONE),
                        byGateway == null ? List.of() : List.copyOf(byGateway.values()));
        String suspected =
                suspicions.suspectedHost(
                        key, image.spec(), image.declared() ? Long.MAX_VALUE : image.epoch());
        return suspected.isEmpty() ? image : image.withSuspectedHost(suspected);
    }

    /** Endpoints of which a record that is none of theirs, as it is now, may decide. */
    Collection<EndpointKey> concerned(Keys.Key key) {
        return suspicions.concerned(key);
    }

    @Nullable Described<ServiceSpec> service(ServiceKey key) {
        return services.get(key);
    }

    /** What an operator set on the service; {@link Assignment#NONE} if nothing. */
    Assignment assignment(ServiceKey key) {
        return serviceAssignments.getOrDefault(key, Assignment.NONE);
    }

    @Nullable RouteImage route(ServiceKey key) {
        return routes.get(key);
    }

    @Nullable PolicyImage policy(ServiceKey key) {
        return policies.get(key);
    }

    @Nullable StatusImage status(ResourceKey key) {
        return statuses.get(key);
    }

    @Nullable GatewayImage gateway(String id) {
        return gateways.get(id);
    }

    @Nullable HostImage host(HostKey key) {
        return hosts.image(key, suspicions.sinceMillis(key));
    }

    @Nullable MachineImage machine(MachineKey key) {
        return machines.machine(key);
    }

    @Nullable DatastoreImage datastore(DatastoreKey key) {
        return machines.datastore(key);
    }

    /** The object of a key whose kind is known. */
    static ResourceKey resourceKey(Keys.Key key) {
        return new ResourceKey(Kind.ofPlural(key.kind()).orElseThrow(), key.tenant(), key.name());
    }

    static EndpointKey endpointKey(Keys.Key key) {
        return new EndpointKey(key.tenant(), key.name());
    }

    static ServiceKey serviceKey(Keys.Key key) {
        return new ServiceKey(key.tenant(), key.name());
    }

    private static Keys.Key key(Keys.Area area, String kind, EndpointKey key) {
        return new Keys.Key(area, kind, key.tenant(), key.name());
    }

    private static Keys.Key key(Kind kind, ServiceKey key) {
        return new Keys.Key(Keys.Area.SPEC, kind.plural(), key.tenant(), key.name());
    }
}
