package io.evenkeel.kernel.status;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.PolicyImage;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.image.StatusImage;
import io.evenkeel.kernel.image.StatusRecord;
import io.evenkeel.model.Condition;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which statuses are to be written: judges the conditions of every object that a delta may have
 * changed and compares them with what is stored. The one writer of {@code status/}, but for the
 * statuses of virtual machines and datastores.
 *
 * <p>A change is written when it has stood for a moment ({@link #SETTLE}, for endpoints {@link
 * #ENDPOINT_SETTLE}): what comes and goes within it is never written, and what is stored keeps its
 * time. A condition's {@code lastTransition} is when its new truth was first seen, not when it was
 * written.
 *
 * <p>After a start no backend holds a link yet. What is stored from before stands for {@link
 * #REDIAL}, so that a restart of the control plane is not a transition of every endpoint.
 *
 * <p>Costs O(log n) for each object that differs. Soft state: what is due; a failover or a restart
 * finds it again by comparing everything once. Single-threaded.
 */
public final class StatusLoop {
    /** How long services, routes and policies must stand before they are written. */
    public static final Duration SETTLE = Duration.ofMillis(100);

    /** How long endpoints must: they come and go more often than anything. */
    public static final Duration ENDPOINT_SETTLE = Duration.ofSeconds(1);

    /** How long absence after a start is not believed; longer than gateways' grace. */
    public static final Duration REDIAL = Duration.ofSeconds(15);

    private final StatusIndex index = new StatusIndex();
    private final TreeMap<ResourceKey, Due> due = new TreeMap<>();
    private final long believedNanos;
    private ClusterImage image = ClusterImage.EMPTY;

    /** Null for a record that is to go. */
    private record Due(@Nullable StatusRecord record, long atNanos) {}

    /** Begins at this time. */
    public StatusLoop(long nowNanos) {
        this.believedNanos = nowNanos + REDIAL.toNanos();
    }

    /**
     * Takes a delta in.
     *
     * @param atMillis wall clock for new transitions
     */
    public void observe(long nowNanos, long atMillis, ImageDelta delta) {
        image = delta.after();
        for (ResourceKey key : index.apply(delta)) {
            consider(key, nowNanos, Instant.ofEpochMilli(atMillis));
        }
    }

    /**
     * What is to be written now. It stays in the answer until an image has it.
     *
     * @param most writes in one answer
     */
    public List<StatusWrite> due(long nowNanos, int most) {
        List<StatusWrite> writes = new ArrayList<>();
        for (Map.Entry<ResourceKey, Due> one : due.entrySet()) {
            if (writes.size() == most) {
                break;
            }
            if (one.getValue().atNanos() - nowNanos <= 0) {
                StatusImage stored = image.statuses().get(one.getKey());
                writes.add(
                        new StatusWrite(
                                one.getKey(),
                                one.getValue().record(),
                                stored == null ? 0 : stored.revision()));
            }
        }
        return writes;
    }

    /** When something is due next; empty while nothing is. */
    public OptionalLong nextNanos() {
        return due.values().stream().mapToLong(Due::atNanos).min();
    }

    private void consider(ResourceKey key, long nowNanos, Instant now) {
        Judged judged = judge(key);
        StatusImage stored = image.statuses().get(key);
        Due before = due.get(key);
        if (judged == null) {
            if (stored == null) {
                due.remove(key);
            } else if (before == null || before.record() != null) {
                due.put(key, new Due(null, nowNanos + settleNanos(key)));
            }
            return;
        }
        StatusRecord was = stored == null ? StatusRecord.NONE : stored.record();
        StatusRecord waiting =
                before == null || before.record() == null ? StatusRecord.NONE : before.record();
        List<Condition> conditions = new ArrayList<>();
        boolean waits = false;
        for (Judgement judgement : judged.judgements()) {
            Condition known = same(judgement, was);
            if (known == null) {
                known = same(judgement, waiting);
                waits |= stored != null && judgement.absence();
            }
            conditions.add(judgement.since(known == null ? now : known.lastTransition()));
        }
        StatusRecord record = new StatusRecord(judged.generation(), conditions);
        if (stored != null && record.equals(was)) {
            due.remove(key);
            return;
        }
        long atNanos = nowNanos + settleNanos(key);
        if (waits && believedNanos - atNanos > 0) {
            atNanos = believedNanos;
        }
        boolean sooner = before != null && before.atNanos() - atNanos < 0;
        due.put(key, new Due(record, sooner && before != null ? before.atNanos() : atNanos));
    }

    /** The condition of a record that has the judgement's type and truth. */
    private static @Nullable Condition same(Judgement judgement, StatusRecord record) {
        for (Condition condition : record.conditions()) {
            if (condition.type().equals(judgement.type()) && judgement.says(condition)) {
                return condition;
            }
        }
        return null;
    }

    private static long settleNanos(ResourceKey key) {
        return (key.kind() == Kind.ENDPOINT ? ENDPOINT_SETTLE : SETTLE).toNanos();
    }

    private record Judged(long generation, List<Judgement> judgements) {}

    private @Nullable Judged judge(ResourceKey key) {
        ServiceKey named = new ServiceKey(key.tenant(), key.name());
        return switch (key.kind()) {
            case SERVICE -> {
                ServiceImage service = image.services().get(named);
                if (service == null) {
                    yield null;
                }
                ServiceKey policy = new ServiceKey(key.tenant(), service.spec().policy());
                Metadata metadata = service.metadata();
                yield new Judged(
                        metadata == null ? 0 : metadata.generation(),
                        Judgement.of(
                                service,
                                index.serving(named),
                                image.policies().containsKey(policy)));
            }
            case ROUTE -> {
                RouteImage route = image.routes().get(named);
                yield route == null
                        ? null
                        : new Judged(
                                route.metadata().generation(),
                                List.of(
                                        Judgement.ofRoute(
                                                route.services().stream()
                                                        .filter(s ->
                                                                !image.services().containsKey(s))
                                                        .map(ServiceKey::name)
                                                        .toList())));
            }
            case POLICY -> {
                PolicyImage policy = image.policies().get(named);
                yield policy == null
                        ? null
                        : new Judged(
                                policy.metadata().generation(),
                                List.of(Judgement.ofPolicy(index.used(named))));
            }
            case ENDPOINT -> {
                EndpointImage endpoint =
                        image.endpoints().get(new EndpointKey(key.tenant(), key.name()));
                yield endpoint == null
                        ? null
                        : new Judged(
                                endpoint.metadata().generation(), List.of(Judgement.of(endpoint)));
            }
            case HOST -> {
                HostImage host = image.hosts().get(new HostKey(key.tenant(), key.name()));
                Metadata declared = host == null ? null : host.metadata();
                yield host == null
                        ? null
                        : new Judged(
                                declared == null ? 0 : declared.generation(),
                                List.of(Judgement.of(host)));
            }
            // Who drives machines writes what is observed of these.
            case VIRTUAL_MACHINE, DATASTORE -> null;
        };
    }
}
