package io.evenkeel.gateway;

import io.evenkeel.gateway.proxy.Destination;
import io.evenkeel.gateway.proxy.Mirror;
import io.evenkeel.gateway.proxy.MirrorShare;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.routing.RouteTable;
import io.evenkeel.model.ServiceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes one directory after the other, and keeps what outlives them: how far the share of each
 * mirror has come. Not thread-safe.
 */
final class Directories {
    /** By route. */
    private TreeMap<ServiceKey, MirrorShare> shares = new TreeMap<>();

    /**
     * The directory of an image. Services that no image and no route names any more are taken off.
     *
     * @param services all that are known
     * @param service finds one there, or makes it
     */
    RoutedDirectory next(
            ClusterImage image,
            Map<ServiceKey, ServiceState> services,
            Function<ServiceKey, ServiceState> service) {
        TreeMap<String, ServiceState> named = new TreeMap<>();
        TreeMap<ServiceKey, MirrorShare> kept = new TreeMap<>();
        List<Destination> byRule = new ArrayList<>();
        image.routes()
                .forEach((key, route) -> {
                    ServiceState target = service.apply(RouteRules.target(route));
                    named.put(RouteRules.name(target.key()), target);
                    Mirror mirror =
                            route.spec()
                                    .mirror()
                                    .map(written -> {
                                        ServiceKey copies =
                                                new ServiceKey(key.tenant(), written.service());
                                        ServiceState other = service.apply(copies);
                                        named.put(RouteRules.name(copies), other);
                                        MirrorShare share =
                                                shares.getOrDefault(key, new MirrorShare());
                                        kept.put(key, share);
                                        return new Mirror(other, share, written.percent().value());
                                    })
                                    .orElse(null);
                    byRule.add(Destinations.of(route, target, mirror));
                });
        shares = kept;
        services.values()
                .removeIf(s ->
                        !image.services().containsKey(s.key())
                                && !named.containsKey(RouteRules.name(s.key())));
        services.forEach((key, state) -> named.put(RouteRules.name(key), state));
        return new RoutedDirectory(
                new RouteTable(RouteRules.of(image.routes().values()), List.copyOf(named.keySet())),
                List.copyOf(named.values()),
                byRule,
                named.values().stream().map(Destinations::of).toList());
    }
}
