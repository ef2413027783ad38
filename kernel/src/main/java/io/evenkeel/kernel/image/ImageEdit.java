package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One step from an image to the next: what was touched, then what that comes to. Used once. */
final class ImageEdit {
    private static final PolicySpec BUILT_IN_POLICY = PolicySpec.defaults();
    private static final ServiceSpec BUILT_IN_SERVICE = ServiceSpec.defaults();

    private final ClusterImage before;
    private final ImageRecords records;

    private final TreeSet<ServiceKey> touchedServices = new TreeSet<>();
    private final Touched<EndpointKey, EndpointImage> endpoints;
    private final Touched<ServiceKey, RouteImage> routes;
    private final Touched<ServiceKey, PolicyImage> policies;
    private final Touched<ResourceKey, StatusImage> statuses;
    private final Touched<String, GatewayImage> gateways;
    private final Touched<HostKey, HostImage> hosts;
    private final Touched<MachineKey, MachineImage> machines;
    private final Touched<DatastoreKey, DatastoreImage> datastores;

    private ImageMap<ServiceKey, ServiceImage> services;

    ImageEdit(ClusterImage before, ImageRecords records) {
        this.before = before;
        this.records = records;
        this.services = before.services();
        this.endpoints = new Touched<>(before.endpoints(), records::endpoint);
        this.routes = new Touched<>(before.routes(), records::route);
        this.policies = new Touched<>(before.policies(), records::policy);
        this.statuses = new Touched<>(before.statuses(), records::status);
        this.gateways = new Touched<>(before.gateways(), records::gateway);
        this.hosts = new Touched<>(before.hosts(), records::host);
        this.machines = new Touched<>(before.machines(), records::machine);
        this.datastores = new Touched<>(before.datastores(), records::datastore);
    }

    /** The record behind this key was written or deleted. */
    void touch(Keys.Key key) {
        if (key.area() == Keys.Area.SPEC) {
            Optional<Kind> kind = Kind.ofPlural(key.kind());
            if (kind.isEmpty()) {
                return;
            }
            switch (kind.get()) {
                case ENDPOINT -> endpoints.touch(ImageRecords.endpointKey(key));
                case SERVICE -> touchedServices.add(ImageRecords.serviceKey(key));
                case ROUTE -> routes.touch(ImageRecords.serviceKey(key));
                case POLICY -> policies.touch(ImageRecords.serviceKey(key));
                case HOST -> hosts.touch(Keys.hostOf(key));
                case VIRTUAL_MACHINE, DATASTORE -> touchMachine(key);
            }
        } else if (!ImageRecords.relevant(key)) {
            return;
        } else if (SuspicionRecords.relevant(key)) {
            records.concerned(key).forEach(endpoints::touch);
            if (SuspicionRecords.ofHost(key)) {
                hosts.touch(Keys.hostOf(key));
            }
        } else if (key.area() == Keys.Area.STATUS) {
            if (MachineRecords.relevant(key)) {
                touchMachine(key);
            } else {
                statuses.touch(ImageRecords.resourceKey(key));
            }
        } else if (key.area() == Keys.Area.LOCK) {
            if (HostRecords.relevant(key)) {
                hosts.touch(Keys.hostOf(key));
            } else {
                gateways.touch(key.name());
            }
        } else if (key.area() == Keys.Area.ASSIGN && !ImageRecords.ofEndpoint(key)) {
            touchedServices.add(ImageRecords.serviceKey(key));
        } else {
            endpoints.touch(ImageRecords.endpointKey(key));
        }
    }

    private void touchMachine(Keys.Key key) {
        if (MachineRecords.ofMachine(key)) {
            machines.touch(MachineRecords.machineKey(key));
        } else {
            datastores.touch(MachineRecords.datastoreKey(key));
        }
    }

    ImageDelta finish(long revision, List<UnreadableRecord> unreadable) {
        List<ImageChange<EndpointKey, EndpointImage>> endpointChanges = endpoints.finish();
        TreeMap<ServiceKey, List<ImageChange<EndpointKey, EndpointImage>>> moved = new TreeMap<>();
        endpointChanges.forEach(change -> move(moved, change));
        moved.forEach((key, members) -> {
            ServiceImage service = service(key);
            services = services.with(key, with(service, service.endpoints().withAll(members)));
            touchedServices.add(key);
        });
        List<ImageChange<ServiceKey, PolicyImage>> policyChanges = policies.finish();
        for (ImageChange<ServiceKey, PolicyImage> change : policyChanges) {
            ServiceKey key = change.key();
            for (ServiceImage service : before.services().values()) {
                boolean names =
                        service.key().tenant().equals(key.tenant())
                                && service.spec().policy().equals(key.name());
                if (names) {
                    touchedServices.add(service.key());
                }
            }
        }
        List<ImageChange<ServiceKey, ServiceImage>> serviceChanges = new ArrayList<>();
        for (ServiceKey key : touchedServices) {
            describe(key);
            ServiceImage was = before.services().get(key);
            ServiceImage is = services.get(key);
            if (!same(was, is)) {
                serviceChanges.add(new ImageChange<>(key, was, is));
            }
        }
        List<ImageChange<ServiceKey, RouteImage>> routeChanges = routes.finish();
        List<ImageChange<ResourceKey, StatusImage>> statusChanges = statuses.finish();
        List<ImageChange<String, GatewayImage>> gatewayChanges = gateways.finish();
        List<ImageChange<HostKey, HostImage>> hostChanges = hosts.finish();
        List<ImageChange<MachineKey, MachineImage>> machineChanges = machines.finish();
        List<ImageChange<DatastoreKey, DatastoreImage>> datastoreChanges = datastores.finish();
        ClusterImage after =
                new ClusterImage(
                        revision,
                        services,
                        endpoints.map(),
                        routes.map(),
                        policies.map(),
                        statuses.map(),
                        gateways.map(),
                        hosts.map(),
                        machines.map(),
                        datastores.map());
        return new ImageDelta(
                before,
                after,
                serviceChanges,
                endpointChanges,
                routeChanges,
                policyChanges,
                statusChanges,
                gatewayChanges,
                hostChanges,
                machineChanges,
                datastoreChanges,
                unreadable);
    }

    /** Takes the endpoint out of the service it was in and puts it into the one it is in. */
    private static void move(
            SortedMap<ServiceKey, List<ImageChange<EndpointKey, EndpointImage>>> moved,
            ImageChange<EndpointKey, EndpointImage> change) {
        EndpointImage was = change.before();
        EndpointImage is = change.after();
        if (was != null && (is == null || !was.service().equals(is.service()))) {
            moved.computeIfAbsent(was.service(), service -> new ArrayList<>())
                    .add(new ImageChange<>(change.key(), was, null));
        }
        if (is != null) {
            moved.computeIfAbsent(is.service(), service -> new ArrayList<>()).add(change);
        }
    }

    private ServiceImage service(ServiceKey key) {
        ServiceImage known = services.get(key);
        return known != null
                ? known
                : new ServiceImage(
                        key,
                        null,
                        BUILT_IN_SERVICE,
                        Assignment.NONE,
                        BUILT_IN_POLICY,
                        ImageMap.empty());
    }

    /** Brings a touched service's own spec and policy up to date, and drops it if it is no more. */
    private void describe(ServiceKey key) {
        ImageMap<EndpointKey, EndpointImage> members = service(key).endpoints();
        ImageRecords.Described<ServiceSpec> described = records.service(key);
        Assignment assignment = records.assignment(key);
        if (described == null && members.isEmpty() && assignment.equals(Assignment.NONE)) {
            services = services.without(key);
            return;
        }
        ServiceSpec spec = described == null ? BUILT_IN_SERVICE : described.spec();
        PolicyImage policy = records.policy(new ServiceKey(key.tenant(), spec.policy()));
        services =
                services.with(
                        key,
                        new ServiceImage(
                                key,
                                described == null ? null : described.metadata(),
                                spec,
                                assignment,
                                policy == null ? BUILT_IN_POLICY : policy.spec(),
                                members));
    }

    private static ServiceImage with(
            ServiceImage service, ImageMap<EndpointKey, EndpointImage> endpoints) {
        return new ServiceImage(
                service.key(),
                service.metadata(),
                service.spec(),
                service.assignment(),
                service.policy(),
                endpoints);
    }

    /** Same maps by identity: comparing their contents would cost the service's size. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(@Nullable ServiceImage was, @Nullable ServiceImage is) {
        if (was == null || is == null) {
            return was == is;
        }
        return was.endpoints() == is.endpoints()
                && was.spec().equals(is.spec())
                && was.assignment().equals(is.assignment())
                && was.policy().equals(is.policy())
                && Objects.equals(was.metadata(), is.metadata());
    }
}
