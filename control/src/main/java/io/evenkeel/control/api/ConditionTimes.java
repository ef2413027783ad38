package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Condition;
import io.evenkeel.model.Condition.Truth;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.ServiceKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of resources, judged from each image, and since when they hold. Soft state: after
 * a restart a condition holds since it was first looked at again. Costs in proportion to what
 * changed, but for routes, which are all looked at when a service appears or disappears.
 *
 * <p>Written by the thread that publishes images; read by any.
 */
final class ConditionTimes implements ImagePublisher {
    private final InstantSource clock;
    private final Map<ServiceKey, Condition> services = new ConcurrentHashMap<>();
    private final Map<EndpointKey, Condition> endpoints = new ConcurrentHashMap<>();
    private final Map<ServiceKey, Condition> routes = new ConcurrentHashMap<>();

    ConditionTimes(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void publish(ImageDelta delta) {
        Instant now = clock.instant();
        boolean servicesCameOrWent = false;
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            note(endpoints, change.key(), judge(change.after()), now);
        }
        for (ImageChange<ServiceKey, ServiceImage> change : delta.services()) {
            note(services, change.key(), judge(change.after()), now);
            servicesCameOrWent |= change.added() || change.removed();
        }
        for (ImageChange<ServiceKey, RouteImage> change : delta.routes()) {
            note(routes, change.key(), judge(change.after(), delta.after()), now);
        }
        if (servicesCameOrWent) {
            delta.after()
                    .routes()
                    .forEach((key, route) -> note(routes, key, judge(route, delta.after()), now));
        }
    }

    Optional<Condition> ofService(ServiceKey key) {
        return Optional.ofNullable(services.get(key));
    }

    Optional<Condition> ofEndpoint(EndpointKey key) {
        return Optional.ofNullable(endpoints.get(key));
    }

    Optional<Condition> ofRoute(ServiceKey key) {
        return Optional.ofNullable(routes.get(key));
    }

    /** What is judged; the time is added by {@link #note}. */
    private record Judgement(String type, Truth truth, String reason, String message) {}

    private static @Nullable Judgement judge(@Nullable ServiceImage service) {
        if (service == null) {
            return null;
        }
        if (service.adminState() != AdminState.READY) {
            String state = service.adminState() == AdminState.DRAIN ? "drain" : "maint";
            return new Judgement("Ready", Truth.FALSE, "AdminState", "the service is in " + state);
        }
        boolean any =
                service.endpoints().values().stream()
                        .anyMatch(endpoint ->
                                endpoint.adminState() == AdminState.READY
                                        && (endpoint.declared() || endpoint.presentAnywhere()));
        if (any) {
            return new Judgement("Ready", Truth.TRUE, "EndpointsPresent", "");
        }
        return service.endpoints().isEmpty()
                ? new Judgement("Ready", Truth.FALSE, "NoEndpoints", "no endpoint is registered")
                : new Judgement(
                        "Ready", Truth.FALSE, "NonePresent", "every endpoint is absent or drained");
    }

    private static @Nullable Judgement judge(@Nullable EndpointImage endpoint) {
        if (endpoint == null) {
            return null;
        }
        if (endpoint.declared()) {
            return new Judgement("Present", Truth.TRUE, "Declared", "");
        }
        return endpoint.presentAnywhere()
                ? new Judgement("Present", Truth.TRUE, "Linked", "")
                : new Judgement("Present", Truth.FALSE, "NoLink", "no gateway holds its link");
    }

    private static @Nullable Judgement judge(@Nullable RouteImage route, ClusterImage image) {
        if (route == null) {
            return null;
        }
        ServiceKey service = new ServiceKey(route.metadata().tenant(), route.spec().service());
        return image.services().containsKey(service)
                ? new Judgement("Resolved", Truth.TRUE, "ServiceKnown", "")
                : new Judgement(
                        "Resolved",
                        Truth.FALSE,
                        "ServiceUnknown",
                        "there is no service " + route.spec().service());
    }

    private static <K> void note(
            Map<K, Condition> conditions, K key, @Nullable Judgement judgement, Instant now) {
        if (judgement == null) {
            conditions.remove(key);
            return;
        }
        Condition before = conditions.get(key);
        Instant since =
                before != null && before.status() == judgement.truth()
                        ? before.lastTransition()
                        : now;
        conditions.put(
                key,
                new Condition(
                        judgement.type(),
                        judgement.truth(),
                        judgement.reason(),
                        judgement.message(),
                        since));
    }
}
