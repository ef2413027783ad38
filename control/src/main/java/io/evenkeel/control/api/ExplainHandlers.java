package io.evenkeel.control.api;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Binder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Answers "why?" from what was recorded; nothing is computed again. */
final class ExplainHandlers {
    private static final int AUDIT_OF_ONE = 20;

    private final ApiContext context;
    private final StoreAccess store;

    ExplainHandlers(ApiContext context) {
        this.context = context;
        this.store = new StoreAccess(context.store());
    }

    ApiReply audit(ApiRequest request) {
        String tenant = ApiContext.tenant(request);
        Optional<String> kind = request.parameter("kind");
        Optional<String> name = request.parameter("name");
        long limit = request.number("limit", 100, 1, 10_000);
        if (name.isPresent() && kind.isEmpty()) {
            throw ProblemException.parameter("name", name.get(), "together with kind");
        }
        RangeResult.Range range = store.range(auditRange(tenant, kind, name));
        Json.Writer json = Json.writer().start().put("revision", range.revision());
        audit(json, "entries", range.entries(), tenant, limit);
        return ApiReply.json(200, json.end().text());
    }

    ApiReply request(ApiRequest request) {
        String id = request.pathValue("id");
        if (context.seen().isEmpty()) {
            throw noLongerHeld(id, "no gateway runs in this process");
        }
        return switch (context.seen().get().view().requestRecord(id)) {
            case RequestLookup.Held(var record) ->
                    ApiReply.json(
                            200,
                            Json.writer()
                                    .start()
                                    .put("state", "ended")
                                    .put("id", record.id())
                                    .put("record", Binder.tree(record))
                                    .end()
                                    .text());
            case RequestLookup.Running(String running) ->
                    ApiReply.json(
                            200,
                            Json.writer()
                                    .start()
                                    .put("state", "running")
                                    .put("id", running)
                                    .end()
                                    .text());
            case RequestLookup.NoLongerHeld _ ->
                    throw noLongerHeld(
                            id,
                            "no longer held: each loop keeps its last 65536 requests, and failed ones"
                                    + " for 10 minutes");
            case RequestLookup.Unknown _ ->
                    throw noLongerHeld(
                            id,
                            "not known here (expected: the X-Request-Id of a reply of this gateway"
                                    + " since it started)");
        };
    }

    ApiReply queue(ApiRequest request) {
        Json.Writer json = Json.writer();
        json.start();
        queue(json, snapshot(key(request)).orElseThrow(() -> noQueue(request)));
        json.end();
        return ApiReply.json(200, json.text());
    }

    ApiReply service(ApiRequest request) throws InterruptedException {
        ResourceViews views = context.freshViews();
        ServiceKey key = key(request);
        Resource<?, ?> shown = ReadHandlers.found(views, Kind.SERVICE, request);
        Json.Writer json = Json.writer().start().put("service", Resources.tree(shown));
        ServiceImage service = views.image().services().get(key);
        if (service != null) {
            json.put("policy", Resources.tree(views.policyOf(service)));
        }
        snapshot(key)
                .ifPresent(snapshot -> {
                    json.start("queue");
                    queue(json, snapshot);
                    json.end();
                });
        records(json, Kind.SERVICE, key.tenant(), key.name());
        return ApiReply.json(200, json.end().text());
    }

    ApiReply endpoint(ApiRequest request) throws InterruptedException {
        ResourceViews views = context.freshViews();
        Resource<?, ?> shown = ReadHandlers.found(views, Kind.ENDPOINT, request);
        Json.Writer json = Json.writer().start().put("endpoint", Resources.tree(shown));
        records(json, Kind.ENDPOINT, shown.metadata().tenant(), shown.metadata().name());
        return ApiReply.json(200, json.end().text());
    }

    private Optional<QueueSnapshot> snapshot(ServiceKey key) {
        return context.seen().flatMap(seen -> seen.view().queue(key.tenant(), key.name()));
    }

    private void records(Json.Writer json, Kind kind, String tenant, String name) {
        RangeResult.Range decided =
                store.range(RangeQuery.key(Keys.decision(kind.plural(), tenant, name)));
        DecisionRing ring =
                decided.entries().isEmpty()
                        ? DecisionRing.EMPTY
                        : Stored.read(
                                        decided.entries().getFirst().value().toBytes(),
                                        DecisionRing.class)
                                .orElseThrow();
        json.startList("decisions");
        for (DecisionRecord record : ring.records().reversed()) {
            json.start().put("at", at(record.atMillis())).put("loop", record.loop());
            json.put("imageRevision", record.imageRevision());
            json.startList("inputs");
            for (DecisionRecord.Input input : record.inputs()) {
                json.start().put("name", input.name()).put("value", input.value()).end();
            }
            json.endList().put("rule", record.rule()).put("outcome", record.outcome());
            json.startList("refused");
            for (DecisionRecord.Refused refused : record.refused()) {
                json.start()
                        .put("alternative", refused.alternative())
                        .put("reason", refused.reason())
                        .end();
            }
            json.endList().end();
        }
        json.endList();
        RangeResult.Range audited =
                store.range(auditRange(tenant, Optional.of(kind.plural()), Optional.of(name)));
        audit(json, "audit", audited.entries(), tenant, AUDIT_OF_ONE);
    }

    private static RangeQuery auditRange(
            String tenant, Optional<String> kind, Optional<String> name) {
        if (kind.isEmpty()) {
            return RangeQuery.prefix(Keys.prefix(Keys.Area.AUDIT));
        }
        return RangeQuery.prefix(
                name.isPresent()
                        ? Keys.of(Keys.Area.AUDIT, kind.get(), tenant, name.get()) + "/"
                        : Keys.prefix(Keys.Area.AUDIT, kind.get(), tenant));
    }

    /** Writes entries, the latest first: an entry's revision is its change's. */
    private static void audit(
            Json.Writer json, String key, List<Entry> entries, String tenant, long limit) {
        json.startList(key);
        entries.stream()
                .filter(entry ->
                        Keys.parse(entry.key())
                                .filter(parsed -> parsed.tenant().equals(tenant))
                                .isPresent())
                .sorted(Comparator.comparingLong(Entry::modRevision).reversed())
                .limit(limit)
                .forEach(entry -> audit(json, entry));
        json.endList();
    }

    private static void audit(Json.Writer json, Entry entry) {
        AuditEntry audit = Stored.read(entry.value().toBytes(), AuditEntry.class).orElseThrow();
        json.start()
                .put("revision", entry.modRevision())
                .put("at", at(audit.atMillis()))
                .put("principal", audit.principal())
                .put("source", audit.source())
                .put("action", audit.action())
                .put("kind", audit.kind())
                .put("tenant", audit.tenant())
                .put("name", audit.name())
                .put("detail", audit.detail())
                .end();
    }

    /** The members of a queue, into an object that has been begun. */
    private void queue(Json.Writer json, QueueSnapshot snapshot) {
        context.seen().ifPresent(seen -> json.put("gateway", seen.id()));
        json.put("service", snapshot.service());
        json.put("algorithm", word(snapshot.algorithm().name()));
        json.put("panic", snapshot.panic());
        json.put("eligible", snapshot.eligible());
        json.put("passedOver", snapshot.passedOver());
        json.startList("entries");
        for (QueueSnapshot.Entry entry : snapshot.entries()) {
            json.start()
                    .put("endpoint", entry.endpoint())
                    .put("epoch", entry.epoch())
                    .put("standing", word(entry.standing().name()))
                    .put("score", entry.score())
                    .put("outstanding", entry.outstanding())
                    .put("surplus", entry.surplus())
                    .put("penalty", entry.penalty())
                    .put("weight", entry.weight())
                    .put("factorPercent", entry.factorPercent())
                    .put("cap", entry.cap())
                    .put("eligible", entry.eligibility().isEligible());
            json.startList("reasons");
            ResourceViews.reasons(entry.eligibility()).forEach(json::item);
            json.endList()
                    .put("ejections", entry.ejections())
                    .put("requests", entry.requests())
                    .put("latencyMicros", entry.latencyMicros())
                    .end();
        }
        json.endList();
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static ServiceKey key(ApiRequest request) {
        return new ServiceKey(ApiContext.tenant(request), request.pathValue("name"));
    }

    private static ProblemException noQueue(ApiRequest request) {
        return new ProblemException(
                ApiProblem.of(
                        ProblemType.NOT_FOUND,
                        "service "
                                + request.pathValue("name")
                                + ": has no queue here (expected: a service with endpoints at the"
                                + " gateway of this process)"));
    }

    private static ProblemException noLongerHeld(String id, String detail) {
        return new ProblemException(
                ApiProblem.of(ProblemType.NO_LONGER_HELD, "request " + id + ": " + detail));
    }
}
