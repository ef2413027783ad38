package io.evenkeel.control.api;

import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.decision.AuditIndex.Place;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.bind.Binder;
import java.util.List;
import java.util.Optional;

/** Answers "why?" from what was recorded; nothing is computed again. */
final class ExplainHandlers {
    private static final String AUDIT = Keys.prefix(Keys.Area.AUDIT);
    private static final int AUDIT_OF_ONE = 20;
    private static final int MOST_AUDIT = 1_000;

    private final ApiContext context;
    private final ObjectHistory history;

    ExplainHandlers(ApiContext context) {
        this.context = context;
        this.history = context.history();
    }

    ApiReply audit(ApiRequest request) throws InterruptedException {
        String tenant = ApiContext.tenant(request);
        Optional<String> kind = request.parameter("kind");
        Optional<String> name = request.parameter("name");
        int limit = (int) request.number("limit", 100, 1, MOST_AUDIT);
        Place before =
                request.parameter("continue").map(ExplainHandlers::place).orElse(AuditTrail.LATEST);
        if (name.isPresent() && kind.isEmpty()) {
            throw ProblemException.parameter("name", name.get(), "together with kind");
        }
        ObjectHistory.AuditPage page =
                name.isPresent()
                        ? history.audit(kind.orElseThrow(), tenant, name.get(), before, limit)
                        : history.audit(kind, tenant, before, limit);
        Json.Writer json = Json.writer().start();
        json.put("revision", new StoreAccess(context.store()).revision());
        Explanation.audit(json, "entries", page.entries());
        page.next().ifPresent(next -> json.put("continue", token(next)));
        return ApiReply.json(200, json.end().text());
    }

    private static String token(Place place) {
        return place.revision() + "-" + place.key().substring(AUDIT.length());
    }

    private static Place place(String token) {
        int dash = token.indexOf('-');
        if (dash > 0 && token.substring(0, dash).matches("[0-9]{1,18}")) {
            return new Place(
                    Long.parseLong(token.substring(0, dash)), AUDIT + token.substring(dash + 1));
        }
        throw ProblemException.parameter(
                "continue", token, "the token in 'continue' of the page before");
    }

    ApiReply registrations(ApiRequest request) {
        Json.Writer json = Json.writer().start();
        Explanation.refusals(
                json, "refused", history.refusals(ApiContext.tenant(request), refusal -> true));
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
        Explanation.queue(
                json, context.seen(), snapshot(key(request)).orElseThrow(() -> noQueue(request)));
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
                    Explanation.queue(json, context.seen(), snapshot);
                    json.end();
                });
        Explanation.events(
                json,
                context.seen()
                        .map(seen -> seen.view().events(key.tenant(), key.name()))
                        .orElse(List.of()));
        Explanation.decisions(json, service == null ? List.of() : history.decisions(service));
        Explanation.refusals(
                json,
                "refused",
                history.refusals(key.tenant(), refusal -> refusal.service().equals(key.name())));
        Explanation.audit(json, "audit", audit(Kind.SERVICE, key.tenant(), key.name()));
        return ApiReply.json(200, json.end().text());
    }

    /** Also of an endpoint that is gone, or that was never let in, as long as anything is known. */
    ApiReply endpoint(ApiRequest request) throws InterruptedException {
        ResourceViews views = context.freshViews();
        String tenant = ApiContext.tenant(request);
        String name = request.pathValue("name");
        Optional<Resource<?, ?>> shown = views.find(Kind.ENDPOINT, tenant, name);
        List<Explanation.About> decisions = history.decisions(tenant, name);
        List<Refusal> refusals =
                history.refusals(tenant, refusal -> refusal.endpoint().equals(name));
        List<Entry> audit = audit(Kind.ENDPOINT, tenant, name);
        Json.Writer json = Json.writer().start();
        if (shown.isPresent()) {
            json.put("endpoint", Resources.tree(shown.get()));
        } else if (decisions.isEmpty() && refusals.isEmpty() && audit.isEmpty()) {
            ReadHandlers.found(views, Kind.ENDPOINT, request);
        }
        Explanation.decisions(json, decisions);
        Explanation.refusals(json, "refused", refusals);
        Explanation.audit(json, "audit", audit);
        return ApiReply.json(200, json.end().text());
    }

    private List<Entry> audit(Kind kind, String tenant, String name) throws InterruptedException {
        return history.audit(kind.plural(), tenant, name, AuditTrail.LATEST, AUDIT_OF_ONE)
                .entries();
    }

    private Optional<QueueSnapshot> snapshot(ServiceKey key) {
        return context.seen().flatMap(seen -> seen.view().queue(key.tenant(), key.name()));
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
