package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;

/**
 * Everything that decisions and gateways read, at one store revision. Immutable; one image shares
 * almost everything with the one before it.
 *
 * @param revision the store revision up to which changes are in it
 * @param services by tenant and name
 * @param endpoints every endpoint of every service, by tenant and endpoint id
 * @param routes by tenant and route name
 * @param policies by tenant and policy name
 * @param statuses what is observed of each of them and of hosts; an object may not have been looked
 *     at yet, and a status may outlive its object for a moment
 * @param gateways those that live, by id
 * @param hosts those that are declared or whose agents live
 * @param machines those that are declared, each with its status
 * @param datastores those that are declared, each with its status
 */
public record ClusterImage(
        long revision,
        ImageMap<ServiceKey, ServiceImage> services,
        ImageMap<EndpointKey, EndpointImage> endpoints,
        ImageMap<ServiceKey, RouteImage> routes,
        ImageMap<ServiceKey, PolicyImage> policies,
        ImageMap<ResourceKey, StatusImage> statuses,
        ImageMap<String, GatewayImage> gateways,
        ImageMap<HostKey, HostImage> hosts,
        ImageMap<MachineKey, MachineImage> machines,
        ImageMap<DatastoreKey, DatastoreImage> datastores) {

    /** Nothing, before anything was read. */
    public static final ClusterImage EMPTY =
            new ClusterImage(
                    0,
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty(),
                    ImageMap.empty());

    /** What is observed of an object; {@link StatusRecord#NONE} before anybody looked. */
    public StatusRecord status(ResourceKey key) {
        StatusImage stored = statuses.get(key);
        return stored == null ? StatusRecord.NONE : stored.record();
    }
}
