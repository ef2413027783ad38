package io.evenkeel.control.core;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what an operator sets on an endpoint: drain, ready, maint. Kept apart from the endpoint's
 * specification, which belongs to its source, and from its health, which nobody sets.
 */
public final class AssignmentWrites {
    private AssignmentWrites() {}

    /**
     * The present, as one read saw it.
     *
     * @param endpoint the endpoint; empty if there is none
     * @param assignment what is set on it now
     * @param assignmentRevision revision of the assignment's key, 0 if there is none
     * @param revision the store's revision at the read
     */
    public record Present(
            Optional<Resource<?, ?>> endpoint,
            Assignment assignment,
            long assignmentRevision,
            long revision) {}

    /**
     * What the disruption ledger says to the change.
     *
     * @param compares under which its word stands
     * @param ops its reservation, or the end of one
     */
    public record Reservation(List<Compare> compares, List<Op> ops) {
        /** Nothing to reserve or to end. */
        public static final Reservation NONE = new Reservation(List.of(), List.of());

        /** Copies the lists. */
        public Reservation {
            compares = List.copyOf(compares);
            ops = List.copyOf(ops);
        }
    }

    /**
     * Sets the endpoint's admin state.
     *
     * @param reservation what goes into the ledger with it
     */
    public static Step assign(
            Present present,
            EndpointKey key,
            AdminState wanted,
            Reservation reservation,
            Intent intent) {
        if (present.endpoint().isEmpty()) {
            return new Step.Missing();
        }
        Resource<?, ?> endpoint = present.endpoint().get();
        OptionalLong expected = intent.ifMatch();
        if (expected.isPresent() && expected.getAsLong() != endpoint.metadata().revision()) {
            return new Step.OtherRevision(expected.getAsLong(), endpoint.metadata().revision());
        }
        AdminState before = present.assignment().adminState();
        if (before == wanted) {
            return new Step.Same(endpoint);
        }
        String assignKey = Keys.assign(key);
        String verb = wanted.name().toLowerCase(Locale.ROOT);
        String was = before.name().toLowerCase(Locale.ROOT);
        String detail = was + " -> " + verb;
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        verb,
                        Kind.ENDPOINT,
                        key.tenant(),
                        key.name(),
                        present.revision(),
                        intent.detail().isEmpty() ? detail : detail + ": " + intent.detail());
        List<Compare> compares = new ArrayList<>(reservation.compares());
        compares.add(Compare.exists(Keys.spec(Kind.ENDPOINT, key.tenant(), key.name())));
        compares.add(Compare.modRevision(assignKey, present.assignmentRevision()));
        compares.add(audit.unused());
        List<Op> ops = new ArrayList<>(reservation.ops());
        Assignment assignment =
                new Assignment(
                        wanted, intent.detail(), intent.principal().toString(), intent.atMillis());
        ops.add(
                wanted == AdminState.READY
                        ? Op.delete(assignKey)
                        : Op.put(assignKey, Value.of(Stored.write(assignment))));
        ops.add(audit.put());
        return new Step.Change(Step.Outcome.CHANGED, endpoint, compares, ops);
    }
}
