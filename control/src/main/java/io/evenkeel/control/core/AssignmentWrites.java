package io.evenkeel.control.core;

import io.evenkeel.kernel.availability.DisruptionLedger;
import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.availability.Reservation;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ServiceImage;
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
     * Why a whole service may not be taken out, or empty if it may.
     *
     * @param service as the newest image has it
     */
    public static Optional<Step.TooFewLeft> refusalOfWhole(ServiceImage service) {
        int total = service.endpoints().size();
        int allowed = service.spec().availability().mayBeUnavailable(total);
        boolean serving = service.endpoints().values().stream().anyMatch(Disruptions::serves);
        return !serving || allowed >= total
                ? Optional.empty()
                : Optional.of(
                        new Step.TooFewLeft(
                                "its availability allows "
                                        + allowed
                                        + " of "
                                        + total
                                        + " endpoints to be unavailable, and all of them would be",
                                "change the service's availability, or force it"));
    }

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
     * The service of the endpoint, and its disruption ledger.
     *
     * @param image the service as the newest image has it
     * @param ledger as the same read saw it
     * @param ledgerRevision revision of its key, 0 if there is none
     */
    public record Budget(ServiceImage image, DisruptionLedger ledger, long ledgerRevision) {}

    /**
     * Sets the endpoint's admin state.
     *
     * @param force whether capacity may go that the service's availability does not allow to go; it
     *     is reserved all the same
     */
    public static Step assign(
            Present present,
            EndpointKey key,
            AdminState wanted,
            Budget budget,
            boolean force,
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
        DisruptionLedger ledger;
        if (wanted == AdminState.READY) {
            ledger = budget.ledger().without(key.name());
        } else {
            Reservation reservation =
                    new Reservation(
                            key.name(),
                            intent.principal().toString(),
                            intent.detail(),
                            intent.atMillis(),
                            0);
            switch (Disruptions.reserve(budget.image(), budget.ledger(), reservation)) {
                case Disruptions.Verdict.Granted(DisruptionLedger granted) -> ledger = granted;
                case Disruptions.Verdict.Denied(String reason, String remedy) -> {
                    if (!force) {
                        return new Step.TooFewLeft(reason, remedy + ", or force it");
                    }
                    ledger = budget.ledger().with(reservation);
                }
            }
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
        String ledgerKey = Keys.disruptions(budget.image().key());
        List<Compare> compares = new ArrayList<>();
        compares.add(Compare.modRevision(ledgerKey, budget.ledgerRevision()));
        compares.add(Compare.exists(Keys.spec(Kind.ENDPOINT, key.tenant(), key.name())));
        compares.add(Compare.modRevision(assignKey, present.assignmentRevision()));
        compares.add(audit.unused());
        List<Op> ops = new ArrayList<>();
        if (!ledger.equals(budget.ledger())) {
            ops.add(
                    ledger.isEmpty()
                            ? Op.delete(ledgerKey)
                            : Op.put(ledgerKey, Value.of(Stored.write(ledger))));
        }
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
