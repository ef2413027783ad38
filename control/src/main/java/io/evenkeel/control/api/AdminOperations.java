package io.evenkeel.control.api;

import io.evenkeel.control.core.AssignmentWrites;
import io.evenkeel.control.core.Intent;
import io.evenkeel.control.core.Step;
import io.evenkeel.kernel.availability.DisruptionLedger;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Optional;

/** Drains endpoints and services and brings them back, within what availability allows. */
final class AdminOperations {
    private static final int ATTEMPTS = 16;

    private final StoreAccess store;
    private final ImageFollower images;

    AdminOperations(Store store, ImageFollower images) {
        this.store = new StoreAccess(store);
        this.images = images;
    }

    /**
     * Sets an endpoint's or a service's admin state.
     *
     * @param force whether capacity may go that the service's availability does not allow to go
     * @return the store's revision that has it
     * @throws ProblemException when it may not be
     */
    long assign(ResourceKey key, AdminState wanted, boolean force, Intent intent)
            throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ServiceKey service = service(key, images.image());
            StoreAccess.Snapshot snapshot =
                    store.read(
                            List.of(
                                    key.specKey(),
                                    Keys.assign(key.kind(), key.tenant(), key.name()),
                                    Keys.disruptions(service)));
            ClusterImage image = images.imageWith(snapshot.revision());
            if (image.revision() < snapshot.revision() && !force) {
                throw lagging(key, image, snapshot.revision());
            }
            ServiceImage known = image.services().get(service);
            if (!service(key, image).equals(service)) {
                continue;
            }
            if (known == null) {
                throw new ProblemException(Refusals.problem(key, new Step.Missing()));
            }
            Step step = decide(key, snapshot, known, wanted, force, intent);
            switch (step) {
                case Step.Refused refused ->
                        throw new ProblemException(Refusals.problem(key, refused));
                case Step.Same _ -> {
                    return snapshot.revision();
                }
                case Step.Change change -> {
                    Optional<Long> revision =
                            store.write(new Txn(change.compares(), change.ops(), List.of()));
                    if (revision.isPresent()) {
                        return revision.get();
                    }
                }
            }
        }
        throw Refusals.contended(key, ATTEMPTS);
    }

    /** The service that is asked whether it can do without. */
    private static ServiceKey service(ResourceKey key, ClusterImage image) {
        if (key.kind() == Kind.SERVICE) {
            return new ServiceKey(key.tenant(), key.name());
        }
        EndpointImage endpoint = image.endpoints().get(new EndpointKey(key.tenant(), key.name()));
        if (endpoint == null) {
            throw new ProblemException(Refusals.problem(key, new Step.Missing()));
        }
        return endpoint.service();
    }

    private static Step decide(
            ResourceKey key,
            StoreAccess.Snapshot snapshot,
            ServiceImage service,
            AdminState wanted,
            boolean force,
            Intent intent) {
        Optional<Entry> assigned = snapshot.entries().get(1);
        AssignmentWrites.Present present =
                new AssignmentWrites.Present(
                        snapshot.entries()
                                .get(0)
                                .map(entry -> ResourceOperations.resource(key, entry)),
                        assigned.map(entry -> stored(entry, Assignment.class))
                                .orElse(Assignment.NONE),
                        assigned.map(Entry::modRevision).orElse(0L),
                        snapshot.revision());
        Optional<Entry> reserved = snapshot.entries().get(2);
        AssignmentWrites.Budget budget =
                new AssignmentWrites.Budget(
                        service,
                        reserved.map(entry -> stored(entry, DisruptionLedger.class))
                                .orElse(DisruptionLedger.EMPTY),
                        reserved.map(Entry::modRevision).orElse(0L));
        return key.kind() == Kind.SERVICE
                ? AssignmentWrites.assignService(present, wanted, budget, force, intent)
                : AssignmentWrites.assignEndpoint(present, wanted, budget, force, intent);
    }

    /** What serves can be judged only on an image that has in it what the ledger knows. */
    private static ProblemException lagging(ResourceKey key, ClusterImage image, long revision) {
        return new ProblemException(
                ApiProblem.of(
                                ProblemType.STORE_UNAVAILABLE,
                                key
                                        + ": judged on revision "
                                        + image.revision()
                                        + " (expected: "
                                        + revision
                                        + "); nothing was written; ask again in a second, or force"
                                        + " it")
                        .header("Retry-After", "1"));
    }

    private static <T> T stored(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type).orElseThrow();
    }
}
