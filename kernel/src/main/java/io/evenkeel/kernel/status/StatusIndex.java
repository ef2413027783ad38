package io.evenkeel.kernel.status;

import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.PolicyImage;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What judging takes that images do not say at once: how many endpoints of a service serve, which
 * routes lead to it, which services name a policy. Kept up by deltas, in proportion to them.
 */
final class StatusIndex {
    private final SortedMap<ServiceKey, Integer> serving = new TreeMap<>();
    private final SortedMap<ServiceKey, SortedSet<ServiceKey>> routesTo = new TreeMap<>();
    private final SortedMap<ServiceKey, SortedSet<ServiceKey>> servicesOf = new TreeMap<>();

    int serving(ServiceKey service) {
        return serving.getOrDefault(service, 0);
    }

    boolean used(ServiceKey policy) {
        return servicesOf.containsKey(policy);
    }

    /** Takes a delta in; returns every object whose conditions it may change. */
    SortedSet<ResourceKey> apply(ImageDelta delta) {
        SortedSet<ResourceKey> touched = new TreeSet<>();
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            count(change.before(), -1);
            count(change.after(), 1);
            touched.add(new ResourceKey(Kind.ENDPOINT, change.key().tenant(), change.key().name()));
        }
        for (ImageChange<ServiceKey, RouteImage> change : delta.routes()) {
            RouteImage before = change.before();
            RouteImage after = change.after();
            if (before != null) {
                before.services().forEach(to -> link(routesTo, to, change.key(), false));
            }
            if (after != null) {
                after.services().forEach(to -> link(routesTo, to, change.key(), true));
            }
            touched.add(key(Kind.ROUTE, change.key()));
        }
        for (ImageChange<ServiceKey, ServiceImage> change : delta.services()) {
            service(change, touched);
        }
        for (ImageChange<ServiceKey, PolicyImage> change : delta.policies()) {
            touched.add(key(Kind.POLICY, change.key()));
            if (change.added() || change.removed()) {
                addAll(touched, Kind.SERVICE, servicesOf.get(change.key()));
            }
        }
        for (ImageChange<HostKey, HostImage> change : delta.hosts()) {
            touched.add(new ResourceKey(Kind.HOST, change.key().tenant(), change.key().name()));
        }
        delta.statuses().forEach(change -> touched.add(change.key()));
        return touched;
    }

    private void service(
            ImageChange<ServiceKey, ServiceImage> change, SortedSet<ResourceKey> touched) {
        touched.add(key(Kind.SERVICE, change.key()));
        if (change.added() || change.removed()) {
            addAll(touched, Kind.ROUTE, routesTo.get(change.key()));
        }
        ServiceKey before = policy(change.before());
        ServiceKey after = policy(change.after());
        if (before != null && !before.equals(after)) {
            link(servicesOf, before, change.key(), false);
            touched.add(key(Kind.POLICY, before));
        }
        if (after != null && !after.equals(before)) {
            link(servicesOf, after, change.key(), true);
            touched.add(key(Kind.POLICY, after));
        }
    }

    private void count(@Nullable EndpointImage endpoint, int by) {
        if (endpoint != null && Disruptions.serves(endpoint)) {
            serving.merge(
                    endpoint.service(), by, (one, other) -> one + other == 0 ? null : one + other);
        }
    }

    private static void link(
            SortedMap<ServiceKey, SortedSet<ServiceKey>> links,
            ServiceKey from,
            ServiceKey to,
            boolean there) {
        if (there) {
            links.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
        } else {
            links.computeIfPresent(
                    from,
                    (key, all) -> {
                        all.remove(to);
                        return all.isEmpty() ? null : all;
                    });
        }
    }

    private static @Nullable ServiceKey policy(@Nullable ServiceImage service) {
        return service == null
                ? null
                : new ServiceKey(service.key().tenant(), service.spec().policy());
    }

    private static void addAll(
            SortedSet<ResourceKey> touched, Kind kind, @Nullable SortedSet<ServiceKey> keys) {
        if (keys != null) {
            keys.forEach(key -> touched.add(key(kind, key)));
        }
    }

    static ResourceKey key(Kind kind, ServiceKey key) {
        return new ResourceKey(kind, key.tenant(), key.name());
    }
}
