package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;
import java.util.ArrayList;
import java.util.List;

/**
 * What differs between two images, each object once, in key order. An endpoint that moves to
 * another service is one change here, and its {@code before} and {@code after} name different
 * services.
 *
 * @param before the image it leads from
 * @param after the image it leads to
 * @param services that differ in any way, also only in their endpoints
 * @param endpoints that differ
 * @param routes that differ
 * @param policies that differ; services that follow one of them are among the services
 * @param statuses that differ
 * @param gateways that came, went or say something else
 * @param hosts that differ
 * @param machines that differ, also only in what is observed of them
 * @param datastores that differ, likewise
 * @param unreadable records that could not be read; what they said before stays in the image
 */
public record ImageDelta(
        ClusterImage before,
        ClusterImage after,
        List<ImageChange<ServiceKey, ServiceImage>> services,
        List<ImageChange<EndpointKey, EndpointImage>> endpoints,
        List<ImageChange<ServiceKey, RouteImage>> routes,
        List<ImageChange<ServiceKey, PolicyImage>> policies,
        List<ImageChange<ResourceKey, StatusImage>> statuses,
        List<ImageChange<String, GatewayImage>> gateways,
        List<ImageChange<HostKey, HostImage>> hosts,
        List<ImageChange<MachineKey, MachineImage>> machines,
        List<ImageChange<DatastoreKey, DatastoreImage>> datastores,
        List<UnreadableRecord> unreadable) {
    public ImageDelta {
        services = List.copyOf(services);
        endpoints = List.copyOf(endpoints);
        routes = List.copyOf(routes);
        policies = List.copyOf(policies);
        statuses = List.copyOf(statuses);
        gateways = List.copyOf(gateways);
        hosts = List.copyOf(hosts);
        machines = List.copyOf(machines);
        datastores = List.copyOf(datastores);
        unreadable = List.copyOf(unreadable);
    }

    /** Everything in an image, as a delta from nothing. */
    public static ImageDelta whole(ClusterImage image) {
        return new ImageDelta(
                ClusterImage.EMPTY,
                image,
                added(image.services()),
                added(image.endpoints()),
                added(image.routes()),
                added(image.policies()),
                added(image.statuses()),
                added(image.gateways()),
                added(image.hosts()),
                added(image.machines()),
                added(image.datastores()),
                List.of());
    }

    private static <K extends Comparable<K>, T> List<ImageChange<K, T>> added(ImageMap<K, T> all) {
        List<ImageChange<K, T>> changes = new ArrayList<>(all.size());
        all.forEach((key, value) -> changes.add(new ImageChange<>(key, null, value)));
        return changes;
    }

    /** True when nothing differs by which requests are routed and balanced. */
    public boolean isEmpty() {
        return services.isEmpty() && endpoints.isEmpty() && routes.isEmpty();
    }
}
