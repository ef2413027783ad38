package io.evenkeel.control.core;

import io.evenkeel.kernel.availability.DisruptionLedger;
import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.availability.Disruptions.Verdict;
import io.evenkeel.kernel.availability.Reservation;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what an operator sets on an endpoint or a service: drain, ready, maint. Kept apart from
 * the specification, which belongs to its source, and from health, which nobody sets. What is taken
 * away is reserved in the service's disruption ledger in the same transaction.
 */
public final class AssignmentWrites {
    private AssignmentWrites() {}

    /**
     * The present, as one read saw it.
     *
     * @param resource the endpoint's or service's resource; empty if there is none
     * @param assignment what is set on it now
     * @param assignmentRevision revision of the assignment's key, 0 if there is none
     * @param revision the store's revision at the read
     */
    public record Present(
            Optional<Resource<?, ?>> resource,
            Assignment assignment,
            long assignmentRevision,
            long revision) {}

    /**
     * What may go: the service, and its disruption ledger.
     *
     * @param image the service as an image at least as new as the read has it
     * @param ledger as the same read saw it
     * @param ledgerRevision revision of its key, 0 if there is none
     */
    public record Budget(ServiceImage image, DisruptionLedger ledger, long ledgerRevision) {}

    /**
     * Sets an endpoint's admin state.
     *
     * @param force whether capacity may go that the service's availability does not allow to go; it
     *     is reserved all the same
     */
    public static Step assignEndpoint(
            Present present, AdminState wanted, Budget budget, boolean force, Intent intent) {
        if (present.resource().isEmpty()) {
            return new Step.Missing();
        }
        Resource<?, ?> endpoint = present.resource().get();
        String id = endpoint.metadata().name();
        DisruptionLedger ledger = budget.ledger();
        Reservation reservation = reservation(id, intent);
        Verdict verdict =
                wanted == AdminState.READY
                        ? new Verdict.Granted(ledger.without(id))
                        : Disruptions.reserve(budget.image(), ledger, reservation);
        return assign(
                present,
                endpoint,
                wanted,
                budget,
                forced(verdict, force, ledger.with(reservation)),
                intent);
    }

    /**
     * Sets a service's admin state; it needs no resource.
     *
     * @param force as for an endpoint
     */
    public static Step assignService(
            Present present, AdminState wanted, Budget budget, boolean force, Intent intent) {
        ServiceKey key = budget.image().key();
        Resource<?, ?> service =
                present.resource()
                        .orElseGet(() ->
                                Resource.of(
                                        Metadata.of(key.tenant(), key.name(), Source.LINK),
                                        ServiceSpec.defaults()));
        DisruptionLedger ledger = budget.ledger();
        Reservation reservation = reservation("", intent);
        Verdict verdict =
                wanted == AdminState.READY
                        ? new Verdict.Granted(ledger.withoutWhole())
                        : Disruptions.reserveWhole(budget.image(), ledger, reservation);
        return assign(
                present,
                service,
                wanted,
                budget,
                forced(verdict, force, ledger.withWhole(reservation)),
                intent);
    }

    private static Reservation reservation(String endpoint, Intent intent) {
        return new Reservation(
                endpoint, intent.principal().toString(), intent.detail(), intent.atMillis(), 0);
    }

    private static Verdict forced(Verdict verdict, boolean force, DisruptionLedger ledger) {
        return force && verdict instanceof Verdict.Denied ? new Verdict.Granted(ledger) : verdict;
    }

    private static Step assign(
            Present present,
            Resource<?, ?> object,
            AdminState wanted,
            Budget budget,
            Verdict verdict,
            Intent intent) {
        Metadata metadata = object.metadata();
        OptionalLong expected = intent.ifMatch();
        if (expected.isPresent() && expected.getAsLong() != metadata.revision()) {
            return new Step.OtherRevision(expected.getAsLong(), metadata.revision());
        }
        AdminState before = present.assignment().adminState();
        if (before == wanted) {
            return new Step.Same(object);
        }
        return switch (verdict) {
            case Verdict.Denied(String reason, String remedy) ->
                    new Step.TooFewLeft(reason, remedy + ", or force it");
            case Verdict.Granted(DisruptionLedger ledger) ->
                    change(present, object, wanted, budget, ledger, intent);
        };
    }

    private static Step change(
            Present present,
            Resource<?, ?> object,
            AdminState wanted,
            Budget budget,
            DisruptionLedger ledger,
            Intent intent) {
        Kind kind = object.kind();
        Metadata metadata = object.metadata();
        String verb = wanted.name().toLowerCase(Locale.ROOT);
        String was = present.assignment().adminState().name().toLowerCase(Locale.ROOT);
        String detail = was + " -> " + verb;
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        verb,
                        kind,
                        metadata.tenant(),
                        metadata.name(),
                        present.revision(),
                        intent.detail().isEmpty() ? detail : detail + ": " + intent.detail());
        ServiceKey service = budget.image().key();
        String ledgerKey = Keys.disruptions(service);
        String assignKey = Keys.assign(kind, metadata.tenant(), metadata.name());
        List<Compare> compares = new ArrayList<>();
        compares.add(Compare.modRevision(ledgerKey, budget.ledgerRevision()));
        compares.add(Compare.modRevision(assignKey, present.assignmentRevision()));
        // The availability that the ledger was judged by.
        compares.add(
                Compare.modRevision(
                        Keys.spec(Kind.SERVICE, service.tenant(), service.name()),
                        budget.image().revision()));
        if (kind == Kind.ENDPOINT) {
            compares.add(Compare.exists(Keys.spec(kind, metadata.tenant(), metadata.name())));
        }
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
        return new Step.Change(Step.Outcome.CHANGED, object, compares, ops);
    }
}
