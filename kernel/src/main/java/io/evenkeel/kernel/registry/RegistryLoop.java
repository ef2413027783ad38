package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.permission.Principal;
import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.registry.AdmissionReply.Refused;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Who may be an endpoint (DESIGN "Identity"). Pure: image, event and wall clock in, a decision out.
 *
 * <ul>
 *   <li>A registration that nobody else has a claim against is admitted: its spec is written, and
 *       the revision of that write is its epoch.
 *   <li>The incarnation that is there already is admitted again under the epoch it has: several
 *       links of one incarnation are one endpoint, and so is one that reconnects.
 *   <li>Another incarnation is newer and takes the endpoint over with a new epoch; gateways drain
 *       and cut the links of the old one when they see it. Which one is newer is decided by who
 *       came last; the one that was replaced is remembered and refused from then on.
 *   <li>An id that another workload or another service holds, or that an operator declared, is
 *       refused.
 * </ul>
 *
 * <p>Every decision stands on the revision of the endpoint's record, so that a stale image costs a
 * repetition and never a wrong admission. Soft state: none; a failover costs a reading.
 */
public final class RegistryLoop {
    /** Writes of one decision at most: how many decisions fit into a txn. */
    public static final int MOST_OPS = 5;

    private static final Principal REGISTRY = Principal.component("registry");
    private static final String LOOP = "registry";
    private static final int LONGEST_DETAIL = 256;

    private final RegistrationRules rules;

    /** Admits endpoints of these tenants. */
    public RegistryLoop(SortedSet<String> tenants) {
        this.rules = new RegistrationRules(tenants);
    }

    /** The endpoint a registration means, without asking whether it is well formed in all else. */
    public java.util.Optional<EndpointKey> endpointOf(Registration registration) {
        return rules.check(registration) instanceof RegistrationRules.Checked.Good good
                ? java.util.Optional.of(good.key())
                : java.util.Optional.empty();
    }

    /** The key of the endpoint's ring of decisions. */
    public static String decisionsKey(EndpointKey endpoint) {
        return Keys.decision(Kind.ENDPOINT.plural(), endpoint.tenant(), endpoint.name());
    }

    /** The key of the endpoint's {@link Incarnations}. */
    public static String incarnationsKey(EndpointKey endpoint) {
        return Keys.of(Keys.Area.ASSIGN, Incarnations.KIND, endpoint.tenant(), endpoint.name());
    }

    /**
     * Whether a decision on this endpoint, or on a registration for it, may write and so takes its
     * past. An incarnation that only confirms itself writes nothing.
     *
     * @param incarnation that registers; empty for a leave or a forgetting
     */
    public static boolean asksPast(ClusterImage image, EndpointKey key, String incarnation) {
        EndpointImage known = image.endpoints().get(key);
        return known == null
                ? !incarnation.isEmpty()
                : !known.spec().incarnation().equals(incarnation);
    }

    /**
     * Decides a registration.
     *
     * @param image the newest image
     * @param past of the endpoint; {@link EndpointPast#NONE} does where {@link #asksPast} says no
     * @param atMillis wall clock for the audit entry and the decision record
     * @param freshUid for the record, if it is created now
     */
    public RegistryDecision register(
            ClusterImage image,
            Registration registration,
            EndpointPast past,
            long atMillis,
            String freshUid) {
        return switch (rules.check(registration)) {
            case RegistrationRules.Checked.Bad bad -> new RegistryDecision.Refuse(bad.reply());
            case RegistrationRules.Checked.Good good -> {
                EndpointImage known = image.endpoints().get(good.key());
                yield known == null
                        ? admit(image, good, past, freshUid, atMillis)
                        : meet(image, good, known, past, atMillis);
            }
        };
    }

    private static RegistryDecision admit(
            ClusterImage image,
            RegistrationRules.Checked.Good good,
            EndpointPast past,
            String uid,
            long atMillis) {
        Draft draft = new Draft(image, good.key(), past, atMillis);
        draft.compares.add(Compare.absent(key(good.key())));
        draft.ops.add(spec(metadata(good.key(), uid, 1), good.spec()));
        draft.audit("admit", describe(good.spec()));
        draft.input("service", good.spec().service());
        draft.input("address", good.spec().address().toString());
        draft.input("incarnation", good.spec().incarnation());
        return draft.commit("first-registration", "admitted: nobody else has the id", 0);
    }

    private static RegistryDecision meet(
            ClusterImage image,
            RegistrationRules.Checked.Good good,
            EndpointImage known,
            EndpointPast past,
            long atMillis) {
        EndpointSpec is = known.spec();
        EndpointSpec wanted = good.spec();
        String id = "endpoint " + known.key().name();
        if (known.declared()) {
            String owner = known.metadata().source().name().toLowerCase(Locale.ROOT);
            return refuse(
                    Code.DUPLICATE,
                    id
                            + " is declared by "
                            + owner
                            + " (expected: an id that no resource declares); delete the resource,"
                            + " or register under another endpoint id");
        }
        if (!is.workload().equals(wanted.workload())) {
            return refuse(
                    Code.DUPLICATE,
                    id
                            + " belongs to workload "
                            + is.workload()
                            + " (seen: "
                            + wanted.workload()
                            + "); register under another endpoint id");
        }
        if (is.incarnation().equals(wanted.incarnation())) {
            return again(good, known);
        }
        if (past.replaced().superseded().contains(wanted.incarnation())) {
            return refuse(
                    Code.SUPERSEDED,
                    "incarnation "
                            + wanted.incarnation()
                            + " of "
                            + id
                            + " was replaced by a newer one; stop this process, or restart it so"
                            + " that it has a new incarnation");
        }
        if (!is.service().equals(wanted.service()) && known.presentAnywhere()) {
            return refuse(
                    Code.WRONG_SERVICE,
                    id
                            + " serves service "
                            + is.service()
                            + " (seen: "
                            + wanted.service()
                            + "); let it leave first, or register under another endpoint id");
        }
        return replace(image, good, known, past, atMillis);
    }

    /** The same incarnation on another link, or again: confirm that it is still the one. */
    private static RegistryDecision again(
            RegistrationRules.Checked.Good good, EndpointImage known) {
        if (!known.spec().equals(good.spec())) {
            return refuse(
                    Code.DUPLICATE,
                    "incarnation "
                            + good.spec().incarnation()
                            + " is registered as "
                            + describe(known.spec())
                            + " (seen: "
                            + describe(good.spec())
                            + " or other labels); restart it to register with other properties");
        }
        return new RegistryDecision.Commit(
                known.key(),
                "same-incarnation",
                List.of(Compare.modRevision(key(known.key()), known.epoch())),
                List.of(),
                known.epoch());
    }

    private static RegistryDecision replace(
            ClusterImage image,
            RegistrationRules.Checked.Good good,
            EndpointImage known,
            EndpointPast past,
            long atMillis) {
        Metadata was = known.metadata();
        String before = known.spec().incarnation();
        Draft draft = new Draft(image, known.key(), past, atMillis);
        draft.compares.add(Compare.modRevision(key(known.key()), known.epoch()));
        draft.ops.add(spec(metadata(known.key(), was.uid(), was.generation() + 1), good.spec()));
        draft.ops.add(
                Op.put(
                        incarnationsKey(known.key()),
                        Value.of(Stored.write(past.replaced().with(before)))));
        draft.audit("admit", describe(good.spec()) + " replaces incarnation " + before);
        draft.input("service", good.spec().service());
        draft.input("address", good.spec().address().toString());
        draft.input("incarnation", good.spec().incarnation());
        draft.input("incarnation before", before);
        draft.input("epoch before", Long.toString(known.epoch()));
        draft.refuse("keep incarnation " + before, "the one that comes later is the newer");
        return draft.commit(
                "newer-incarnation-wins",
                "admitted under a new epoch; links of " + before + " are drained and cut",
                0);
    }

    /**
     * Decides a polite leave.
     *
     * @param epoch of the incarnation that leaves; a newer one stays
     * @param reason in the link's words
     * @param past of the endpoint
     */
    public RegistryDecision leave(
            ClusterImage image,
            EndpointKey key,
            long epoch,
            String reason,
            EndpointPast past,
            long atMillis) {
        return end("leave", "polite-leave", epoch, reason, new Draft(image, key, past, atMillis));
    }

    /** Decides to forget an endpoint that has been absent everywhere for too long. */
    public RegistryDecision forget(
            ClusterImage image,
            EndpointKey key,
            long epoch,
            String reason,
            EndpointPast past,
            long atMillis) {
        EndpointImage known = image.endpoints().get(key);
        return known != null && known.presentAnywhere()
                ? new RegistryDecision.Ignore("it is present again")
                : end(
                        "forget",
                        "absent-too-long",
                        epoch,
                        reason,
                        new Draft(image, key, past, atMillis));
    }

    private static RegistryDecision end(
            String action, String rule, long epoch, String reason, Draft draft) {
        EndpointKey key = draft.key;
        EndpointImage known = draft.image.endpoints().get(key);
        if (known == null) {
            return new RegistryDecision.Ignore("there is no such endpoint");
        }
        if (known.declared()) {
            return new RegistryDecision.Ignore("it is declared, and only its source deletes it");
        }
        if (known.epoch() != epoch) {
            return new RegistryDecision.Ignore(
                    "epoch " + known.epoch() + " holds it, not " + epoch);
        }
        draft.compares.add(Compare.modRevision(key(key), epoch));
        draft.ops.add(Op.delete(key(key)));
        if (!known.assignment().equals(Assignment.NONE)) {
            draft.ops.add(Op.delete(Keys.assign(key)));
        }
        draft.ops.add(Op.delete(incarnationsKey(key)));
        draft.audit(action, reason);
        draft.input("service", known.spec().service());
        draft.input("incarnation", known.spec().incarnation());
        draft.input("epoch", Long.toString(epoch));
        draft.input("reason", clipped(reason));
        return draft.commit(rule, "deleted", epoch);
    }

    private static RegistryDecision refuse(Code code, String message) {
        return new RegistryDecision.Refuse(new Refused(code, message, Duration.ZERO));
    }

    private static String key(EndpointKey endpoint) {
        return Keys.spec(Kind.ENDPOINT, endpoint.tenant(), endpoint.name());
    }

    private static Metadata metadata(EndpointKey key, String uid, long generation) {
        return new Metadata(
                key.tenant(), key.name(), uid, generation, 0, new TreeMap<>(), Source.LINK);
    }

    private static Op spec(Metadata metadata, EndpointSpec spec) {
        return Op.put(
                key(new EndpointKey(metadata.tenant(), metadata.name())),
                Value.of(Stored.spec(Resource.of(metadata, spec))));
    }

    private static String describe(EndpointSpec spec) {
        return spec.address()
                + " of service "
                + spec.service()
                + ", weight "
                + spec.weight()
                + ", capacity "
                + spec.capacity()
                + ", incarnation "
                + spec.incarnation();
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "...";
    }

    /** A commit in the making: the change, its audit entry and its decision record. */
    private static final class Draft {
        final ClusterImage image;
        final EndpointKey key;
        final EndpointPast past;
        final long atMillis;
        final List<Compare> compares = new ArrayList<>();
        final List<Op> ops = new ArrayList<>();
        private final List<DecisionRecord.Input> inputs = new ArrayList<>();
        private final List<DecisionRecord.Refused> refused = new ArrayList<>();

        Draft(ClusterImage image, EndpointKey key, EndpointPast past, long atMillis) {
            this.image = image;
            this.key = key;
            this.past = past;
            this.atMillis = atMillis;
        }

        void input(String name, String value) {
            inputs.add(new DecisionRecord.Input(name, value));
        }

        void refuse(String alternative, String reason) {
            refused.add(new DecisionRecord.Refused(alternative, reason));
        }

        void audit(String action, String detail) {
            String kind = Kind.ENDPOINT.plural();
            String auditKey = Keys.audit(kind, key.tenant(), key.name(), image.revision());
            AuditEntry entry =
                    new AuditEntry(
                            atMillis,
                            REGISTRY.toString(),
                            Source.LINK.name().toLowerCase(Locale.ROOT),
                            action,
                            kind,
                            key.tenant(),
                            key.name(),
                            clipped(detail));
            compares.add(Compare.absent(auditKey));
            ops.add(Op.put(auditKey, Value.of(Stored.write(entry))));
        }

        RegistryDecision.Commit commit(String rule, String outcome, long epoch) {
            DecisionRecord record =
                    new DecisionRecord(
                            atMillis, LOOP, image.revision(), inputs, rule, outcome, refused);
            String ring = decisionsKey(key);
            compares.add(Compare.modRevision(ring, past.decisionsRevision()));
            ops.add(Op.put(ring, Value.of(Stored.write(past.decisions().with(record)))));
            return new RegistryDecision.Commit(key, rule, compares, ops, epoch);
        }
    }
}
