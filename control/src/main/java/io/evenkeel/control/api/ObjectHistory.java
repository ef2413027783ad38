package io.evenkeel.control.api;

import io.evenkeel.control.api.Explanation.About;
import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.kernel.decision.AuditIndex.Place;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What was recorded about objects: decisions, refused registrations, audit entries. Thread-safe.
 */
final class ObjectHistory {
    /** Endpoints of a service whose decisions are shown with it: those admitted last. */
    private static final int MOST_ENDPOINTS = 16;

    private final StoreAccess store;
    private final AuditTrail trail;
    private final Supplier<List<Refusal>> refusals;

    ObjectHistory(StoreAccess store, AuditTrail trail, Supplier<List<Refusal>> refusals) {
        this.store = store;
        this.trail = trail;
        this.refusals = refusals;
    }

    /** Decisions about one endpoint, the latest first; also if it is gone. */
    List<About> decisions(String tenant, String endpoint) {
        return decisions(tenant, List.of(endpoint));
    }

    /** The latest decisions about the endpoints that were admitted to a service last. */
    List<About> decisions(ServiceImage service) {
        List<EndpointImage> latest = new ArrayList<>(service.endpoints().values());
        latest.sort(Comparator.comparingLong(EndpointImage::epoch).reversed());
        return decisions(
                service.key().tenant(),
                latest.stream()
                        .limit(MOST_ENDPOINTS)
                        .map(endpoint -> endpoint.key().name())
                        .toList());
    }

    private List<About> decisions(String tenant, List<String> endpoints) {
        List<String> keys =
                endpoints.stream()
                        .map(name -> Keys.decision(Kind.ENDPOINT.plural(), tenant, name))
                        .toList();
        List<Optional<Entry>> rings = store.read(keys).entries();
        List<About> decisions = new ArrayList<>();
        for (int i = 0; i < endpoints.size(); i++) {
            String name = endpoints.get(i);
            rings.get(i)
                    .map(entry -> Stored.read(entry.value().toBytes(), DecisionRing.class))
                    .ifPresent(ring -> {
                        for (DecisionRecord record : ring.orElseThrow().records()) {
                            decisions.add(new About(name, record));
                        }
                    });
        }
        decisions.sort(
                Comparator.comparingLong((About about) -> about.record().imageRevision())
                        .reversed());
        return decisions.subList(0, Math.min(decisions.size(), DecisionRing.CAPACITY));
    }

    /** Refused registrations of a tenant, the latest first. */
    List<Refusal> refusals(String tenant, Predicate<Refusal> wanted) {
        return refusals.get().stream()
                .filter(refusal -> refusal.tenant().equals(tenant) && wanted.test(refusal))
                .toList();
    }

    /** A page of the audit trail and where the next begins. */
    record AuditPage(List<Entry> entries, Optional<Place> next) {}

    /** Entries of one object behind a place, the latest first. */
    AuditPage audit(String kind, String tenant, String name, Place before, int most)
            throws InterruptedException {
        String object = Keys.of(Keys.Area.AUDIT, kind, tenant, name);
        return page(trail.pageOf(store.revision(), object, before, most + 1), most);
    }

    /** Entries of a tenant's objects, of one kind or all, the latest first. */
    AuditPage audit(Optional<String> kind, String tenant, Place before, int most)
            throws InterruptedException {
        Predicate<String> wanted =
                object ->
                        Keys.parse(object)
                                .filter(key ->
                                        key.tenant().equals(tenant)
                                                && kind.map(key.kind()::equals).orElse(true))
                                .isPresent();
        return page(trail.page(store.revision(), before, wanted, most + 1), most);
    }

    private AuditPage page(List<Place> places, int most) {
        boolean more = places.size() > most;
        List<Place> shown = more ? places.subList(0, most) : places;
        List<Entry> entries = new ArrayList<>(shown.size());
        int step = StoreLimits.DEFAULT.opsPerTxn();
        for (int from = 0; from < shown.size(); from += step) {
            List<Place> part = shown.subList(from, Math.min(shown.size(), from + step));
            // One may have been pruned since.
            store.read(part.stream().map(Place::key).toList())
                    .entries()
                    .forEach(entry -> entry.ifPresent(entries::add));
        }
        return new AuditPage(entries, more ? Optional.of(shown.getLast()) : Optional.empty());
    }
}
