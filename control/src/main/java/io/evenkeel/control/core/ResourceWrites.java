package io.evenkeel.control.core;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides writes of specifications. Every decision stands on the revision of the resource it saw:
 * the transaction compares it, so that nothing anybody else wrote meanwhile is lost. The audit
 * entry goes with the change in the same transaction.
 */
public final class ResourceWrites {
    private ResourceWrites() {}

    /**
     * The present, as one read saw it.
     *
     * @param resource the resource, with the revision of its last write; empty if there is none
     * @param revision the store's revision at the read
     */
    public record Present(Optional<Resource<?, ?>> resource, long revision) {
        long resourceRevision() {
            return resource.map(found -> found.metadata().revision()).orElse(0L);
        }
    }

    /**
     * Creates the resource, or makes its labels and specification as given.
     *
     * @param wanted as the caller wrote it; of its metadata only tenant, name and labels count
     * @param freshUid the uid it gets if it is created now
     */
    public static Step apply(
            Present present, Resource<?, ?> wanted, String freshUid, Intent intent) {
        Optional<Step> refusal = refusal(present, intent);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Metadata given = wanted.metadata();
        Spec spec = writable(given, wanted.spec());
        if (present.resource().isEmpty()) {
            Metadata created =
                    new Metadata(
                            given.tenant(),
                            given.name(),
                            freshUid,
                            1,
                            0,
                            given.labels(),
                            intent.source());
            return change(
                    Step.Outcome.CREATED,
                    "create",
                    intent.detail(),
                    created,
                    spec,
                    present,
                    intent);
        }
        Resource<?, ?> before = present.resource().get();
        boolean sameSpec = before.spec().equals(spec);
        if (sameSpec && before.metadata().labels().equals(given.labels())) {
            return new Step.Same(before);
        }
        Metadata was = before.metadata();
        Metadata changed =
                new Metadata(
                        was.tenant(),
                        was.name(),
                        was.uid(),
                        sameSpec ? was.generation() : was.generation() + 1,
                        was.revision(),
                        given.labels(),
                        was.source());
        String differences = Differences.between(before, Resource.of(changed, spec));
        String detail =
                intent.detail().isEmpty() ? differences : intent.detail() + ": " + differences;
        return change(Step.Outcome.CHANGED, "update", detail, changed, spec, present, intent);
    }

    /**
     * Deletes the specification. What an operator set on an endpoint goes with it; what was set on
     * a service stays until it is taken back, for the service may live on by its endpoints. What
     * was observed of a machine or datastore goes too, or the next one of that name would begin
     * with it.
     */
    public static Step delete(Present present, Intent intent) {
        if (present.resource().isEmpty()) {
            return new Step.Missing();
        }
        Optional<Step> refusal = refusal(present, intent);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Resource<?, ?> before = present.resource().get();
        Metadata metadata = before.metadata();
        String key = Keys.spec(before.kind(), metadata.tenant(), metadata.name());
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        "delete",
                        before.kind(),
                        metadata.tenant(),
                        metadata.name(),
                        present.revision(),
                        intent.detail());
        List<Op> ops = new ArrayList<>(List.of(Op.delete(key), audit.put()));
        if (before.kind() == Kind.ENDPOINT) {
            ops.add(Op.delete(Keys.assign(before.kind(), metadata.tenant(), metadata.name())));
        }
        if (before.kind() == Kind.VIRTUAL_MACHINE || before.kind() == Kind.DATASTORE) {
            ops.add(Op.delete(Keys.status(before.kind(), metadata.tenant(), metadata.name())));
        }
        return new Step.Change(
                Step.Outcome.DELETED,
                before,
                List.of(Compare.modRevision(key, metadata.revision()), audit.unused()),
                ops);
    }

    private static Optional<Step> refusal(Present present, Intent intent) {
        if (present.resource().isPresent()) {
            Source owner = present.resource().get().metadata().source();
            if (owner != intent.source()) {
                return Optional.of(new Step.OwnedBy(owner));
            }
        }
        long seen = present.resourceRevision();
        if (intent.ifMatch().isPresent() && intent.ifMatch().getAsLong() != seen) {
            return Optional.of(new Step.OtherRevision(intent.ifMatch().getAsLong(), seen));
        }
        return Optional.empty();
    }

    /**
     * As it is stored. An incarnation is the word of a process that registered; nobody else has one
     * to give. A machine's interfaces have addresses, which do not change when it moves.
     */
    private static Spec writable(Metadata metadata, Spec spec) {
        if (spec instanceof VirtualMachineSpec machine) {
            return machine.addressed(metadata.tenant(), metadata.name());
        }
        if (!(spec instanceof EndpointSpec endpoint) || endpoint.incarnation().isEmpty()) {
            return spec;
        }
        return new EndpointSpec(
                endpoint.service(),
                endpoint.workload(),
                endpoint.kind(),
                endpoint.address(),
                endpoint.locality(),
                endpoint.weight(),
                endpoint.capacity(),
                endpoint.labels(),
                endpoint.version(),
                endpoint.healthCheck(),
                "");
    }

    private static Step change(
            Step.Outcome outcome,
            String action,
            String detail,
            Metadata metadata,
            Spec spec,
            Present present,
            Intent intent) {
        Kind kind = Kind.of(spec);
        Resource<?, ?> after = Resource.of(metadata, spec);
        String key = Keys.spec(kind, metadata.tenant(), metadata.name());
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        action,
                        kind,
                        metadata.tenant(),
                        metadata.name(),
                        present.revision(),
                        detail);
        return new Step.Change(
                outcome,
                after,
                List.of(Compare.modRevision(key, present.resourceRevision()), audit.unused()),
                List.of(Op.put(key, Value.of(Stored.spec(after))), audit.put()));
    }
}
