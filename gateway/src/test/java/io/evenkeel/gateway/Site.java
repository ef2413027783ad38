package io.evenkeel.gateway;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.GatewayImage;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImageMap;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.PresenceMark;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.Resources;
import io.evenkeel.model.RouteSpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A cluster that a test writes down piece by piece; every piece is published as an image. */
public final class Site {
    private static final String TENANT = Metadata.DEFAULT_TENANT;

    private final ImagePublisher to;
    private final TreeMap<String, EndpointImage> endpoints = new TreeMap<>();
    private final TreeMap<String, PolicySpec> policies = new TreeMap<>();
    private final TreeMap<String, AdminState> admin = new TreeMap<>();
    private final TreeMap<String, RouteImage> routes = new TreeMap<>();
    private ClusterImage last = ClusterImage.EMPTY;
    private ImageMap<String, GatewayImage> living = ImageMap.empty();
    private long revision = 1;

    /** An empty cluster whose images go there. */
    public Site(ImagePublisher to) {
        this.to = to;
    }

    /** A declared endpoint: needs no link. */
    public Site endpoint(String service, String id, String address) {
        return endpoint(id, EndpointSpec.of(service, HostPort.parse(address)), Source.API);
    }

    /** An endpoint that registered itself; returns its epoch by {@link #epoch}. */
    public Site linked(String service, String id, String address) {
        return endpoint(id, EndpointSpec.of(service, HostPort.parse(address)), Source.LINK);
    }

    /** An endpoint of any kind; a new epoch each time. */
    public Site endpoint(String id, EndpointSpec spec, Source source) {
        EndpointKey key = new EndpointKey(TENANT, id);
        endpoints.put(
                id,
                new EndpointImage(
                        key, metadata(id, source), spec, ++revision, Assignment.NONE, List.of()));
        return publish();
    }

    /** The epoch of an endpoint. */
    public long epoch(String id) {
        EndpointImage endpoint = endpoints.get(id);
        return endpoint == null ? 0 : endpoint.epoch();
    }

    /** Gateways that mark an endpoint's incarnation, all of them. */
    public Site marks(String id, String... gateways) {
        return marks(id, epoch(id), gateways);
    }

    /** Gateways that mark an incarnation of an endpoint, all of them. */
    public Site marks(String id, long epoch, String... gateways) {
        List<PresenceMark> marks = new ArrayList<>();
        for (String gateway : gateways) {
            marks.add(new PresenceMark(gateway, epoch, 0));
        }
        endpoints.computeIfPresent(id, (k, e) -> e.withMarks(marks));
        return publish();
    }

    /** Gateways that have a record; seen with the next change. */
    public Site living(String... ids) {
        living = ImageMap.empty();
        HostPort any = HostPort.parse("127.0.0.1:1");
        for (String id : ids) {
            GatewayRecord record = new GatewayRecord("", any, Optional.of(any), any, "", 0);
            living = living.with(id, new GatewayImage(id, record, revision));
        }
        return this;
    }

    /** What an operator sets on an endpoint. */
    public Site assign(String id, AdminState state) {
        endpoints.computeIfPresent(
                id,
                (k, e) ->
                        new EndpointImage(
                                e.key(),
                                e.metadata(),
                                e.spec(),
                                e.epoch(),
                                new Assignment(state, "", "test", 0),
                                e.marks()));
        return publish();
    }

    /** What an operator sets on a service. */
    public Site assignService(String service, AdminState state) {
        admin.put(service, state);
        return publish();
    }

    /** The policy of a service, its spec written in YAML's flow style. */
    public Site policy(String service, String spec) {
        policies.put(service, (PolicySpec) spec("Policy", spec));
        return publish();
    }

    /** A route, its spec written in YAML's flow style. */
    public Site route(String name, String spec) {
        routes.put(
                name, new RouteImage(metadata(name, Source.API), (RouteSpec) spec("Route", spec)));
        return publish();
    }

    private static Spec spec(String kind, String spec) {
        String resource =
                "{apiVersion: evenkeel.io/v1, kind: %s, metadata: {name: x}, spec: %s}"
                        .formatted(kind, spec);
        return Resources.fromYaml(resource).orElseThrow().getFirst().spec();
    }

    /** No such endpoint any more. */
    public Site remove(String id) {
        endpoints.remove(id);
        return publish();
    }

    private Metadata metadata(String name, Source source) {
        return new Metadata(TENANT, name, "", 1, revision, new TreeMap<>(), source);
    }

    private Site publish() {
        revision++;
        ImageMap<EndpointKey, EndpointImage> all = ImageMap.empty();
        TreeMap<String, ImageMap<EndpointKey, EndpointImage>> byService = new TreeMap<>();
        policies.keySet().forEach(s -> byService.put(s, ImageMap.empty()));
        admin.keySet().forEach(s -> byService.put(s, ImageMap.empty()));
        for (EndpointImage e : endpoints.values()) {
            all = all.with(e.key(), e);
            ImageMap<EndpointKey, EndpointImage> of =
                    byService.getOrDefault(e.spec().service(), ImageMap.empty());
            byService.put(e.spec().service(), of.with(e.key(), e));
        }
        ImageMap<ServiceKey, ServiceImage> services = ImageMap.empty();
        for (Map.Entry<String, ImageMap<EndpointKey, EndpointImage>> s : byService.entrySet()) {
            ServiceKey key = new ServiceKey(TENANT, s.getKey());
            Assignment assignment =
                    new Assignment(admin.getOrDefault(s.getKey(), AdminState.READY), "", "test", 0);
            PolicySpec policy = policies.getOrDefault(s.getKey(), PolicySpec.defaults());
            services =
                    services.with(
                            key,
                            new ServiceImage(
                                    key,
                                    null,
                                    ServiceSpec.defaults(),
                                    assignment,
                                    policy,
                                    s.getValue()));
        }
        ImageMap<ServiceKey, RouteImage> routeMap = ImageMap.empty();
        for (Map.Entry<String, RouteImage> r : routes.entrySet()) {
            routeMap = routeMap.with(new ServiceKey(TENANT, r.getKey()), r.getValue());
        }
        ClusterImage next =
                new ClusterImage(
                        revision,
                        services,
                        all,
                        routeMap,
                        last.policies(),
                        last.statuses(),
                        living,
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty());
        ImageDelta delta =
                new ImageDelta(
                        last,
                        next,
                        changes(last.services(), services),
                        changes(last.endpoints(), all),
                        changes(last.routes(), routeMap),
                        List.of(),
                        List.of(),
                        changes(last.gateways(), living),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        last = next;
        to.publish(delta);
        return this;
    }

    private static <K extends Comparable<K>, V> List<ImageChange<K, V>> changes(
            ImageMap<K, V> before, ImageMap<K, V> after) {
        List<ImageChange<K, V>> changes = new ArrayList<>();
        TreeMap<K, Boolean> keys = new TreeMap<>();
        before.keySet().forEach(k -> keys.put(k, true));
        after.keySet().forEach(k -> keys.put(k, true));
        for (K key : keys.keySet()) {
            @Nullable V was = before.get(key);
            @Nullable V is = after.get(key);
            if (was == null ? is != null : !was.equals(is)) {
                changes.add(new ImageChange<>(key, was, is));
            }
        }
        return changes;
    }
}
