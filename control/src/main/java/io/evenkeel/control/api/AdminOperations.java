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
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Optional;

/** Drains endpoints and brings them back, within what their service's availability allows. */
final class AdminOperations {
    private static final int ATTEMPTS = 16;

    private final StoreAccess store;

    AdminOperations(Store store) {
        this.store = new StoreAccess(store);
    }

    /**
     * Sets an endpoint's admin state.
     *
     * @param force whether capacity may go that the service's availability does not allow to go
     * @return the store's revision that has it
     * @throws ProblemException when it may not be
     */
    long assign(
            ResourceKey key, AdminState wanted, boolean force, ClusterImage image, Intent intent) {
        EndpointKey endpoint = new EndpointKey(key.tenant(), key.name());
        EndpointImage shown = image.endpoints().get(endpoint);
        ServiceImage service = shown == null ? null : image.services().get(shown.service());
        if (service == null) {
            throw new ProblemException(Refusals.problem(key, new Step.Missing()));
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            StoreAccess.Snapshot snapshot =
                    store.read(
                            List.of(
                                    key.specKey(),
                                    Keys.assign(endpoint),
                                    Keys.disruptions(service.key())));
            Optional<Entry> assigned = snapshot.entries().get(1);
            AssignmentWrites.Present present =
                    new AssignmentWrites.Present(
                            snapshot.entries()
                                    .get(0)
                                    .map(entry -> ResourceOperations.resource(key, entry)),
                            assigned.map(AdminOperations::assignment).orElse(Assignment.NONE),
                            assigned.map(Entry::modRevision).orElse(0L),
                            snapshot.revision());
            Optional<Entry> reserved = snapshot.entries().get(2);
            AssignmentWrites.Budget budget =
                    new AssignmentWrites.Budget(
                            service,
                            reserved.map(AdminOperations::ledger).orElse(DisruptionLedger.EMPTY),
                            reserved.map(Entry::modRevision).orElse(0L));
            Step step = AssignmentWrites.assign(present, endpoint, wanted, budget, force, intent);
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
        throw new ProblemException(
                ApiProblem.of(
                                ProblemType.CONTENDED,
                                key
                                        + ": changed by others "
                                        + ATTEMPTS
                                        + " times meanwhile; nothing was written; ask again")
                        .header("Retry-After", "1"));
    }

    private static DisruptionLedger ledger(Entry entry) {
        return Stored.read(entry.value().toBytes(), DisruptionLedger.class).orElseThrow();
    }

    private static Assignment assignment(Entry entry) {
        return Stored.read(entry.value().toBytes(), Assignment.class).orElseThrow();
    }
}
