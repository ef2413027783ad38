package io.evenkeel.control.api;

import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.permission.Permission;
import io.evenkeel.kernel.permission.Permission.Action;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every route of the API. */
final class ApiRoutes {
    /** Watches open at a time; each costs a thread that waits and the store's attention. */
    static final int MOST_WATCHES = 256;

    private static final List<String> TENANT = List.of("tenant");
    private static final List<String> WRITE = List.of("tenant", "dryRun");
    private static final List<String> VERB = List.of("tenant", "reason", "force");
    private static final List<String> LIST =
            List.of("tenant", "labels", "limit", "continue", "watch", "from");
    private static final List<String> LIST_ENDPOINTS =
            List.of("tenant", "labels", "service", "limit", "continue", "watch", "from");

    private final ApiContext context;
    private final ReadHandlers read;
    private final WriteHandlers write;
    private final List<ApiRoute> routes = new ArrayList<>();

    private ApiRoutes(ApiContext context) {
        this.context = context;
        this.read = new ReadHandlers(context);
        this.write = new WriteHandlers(context);
    }

    static List<ApiRoute> of(ApiContext context, SystemHandlers system) {
        ApiRoutes table = new ApiRoutes(context);
        for (Kind kind : Kind.values()) {
            table.kind(kind);
        }
        table.explain(new ExplainHandlers(context));
        table.members(new MemberHandlers(context));
        table.hosts(new HostHandlers(context), new HostRanking(context));
        table.machines(
                new ImportHandler(context),
                new RebalanceHandler(context),
                new MachinePowerHandler(context));
        table.system(system);
        return List.copyOf(table.routes);
    }

    private void kind(Kind kind) {
        String path = "/v1/" + kind.plural();
        String one = path + "/{name}";
        String title = kind.title();
        String plural = title.equals("Policy") ? "Policies" : title + "s";
        List<String> list = kind == Kind.ENDPOINT ? LIST_ENDPOINTS : LIST;
        add("GET", path, "list" + plural, list, Action.READ, kind, r -> listOrWatch(kind, r));
        add("POST", path, "apply" + title, WRITE, Action.WRITE, kind, r -> write.post(kind, r));
        add("GET", one, "get" + title, TENANT, Action.READ, kind, r -> read.get(kind, r));
        add("PUT", one, "put" + title, WRITE, Action.WRITE, kind, r -> write.put(kind, r));
        add(
                "DELETE",
                one,
                "delete" + title,
                TENANT,
                Action.DELETE,
                kind,
                r -> write.delete(kind, r));
        if (kind == Kind.SERVICE || kind == Kind.ENDPOINT) {
            verb(kind, "drain", AdminState.DRAIN);
            verb(kind, "ready", AdminState.READY);
            verb(kind, "maint", AdminState.MAINT);
        }
    }

    private void verb(Kind kind, String verb, AdminState state) {
        add(
                "POST",
                "/v1/" + kind.plural() + "/{name}:" + verb,
                verb + kind.title(),
                VERB,
                Action.OPERATE,
                kind,
                r -> write.assign(kind, state, r));
    }

    private void explain(ExplainHandlers explain) {
        add("POST", "/v1/apply", "apply", WRITE, Action.READ, Permission.CLUSTER, write::apply);
        add(
                "GET",
                "/v1/audit",
                "listAudit",
                List.of("tenant", "kind", "name", "limit", "continue"),
                Action.READ,
                "audit",
                explain::audit);
        add(
                "GET",
                "/v1/services/{name}/queue",
                "getServiceQueue",
                TENANT,
                Action.READ,
                Kind.SERVICE,
                explain::queue);
        add(
                "GET",
                "/v1/explain/requests/{id}",
                "explainRequest",
                List.of(),
                Action.READ,
                "requests",
                explain::request);
        add(
                "GET",
                "/v1/explain/registrations",
                "explainRegistrations",
                TENANT,
                Action.READ,
                Kind.ENDPOINT,
                explain::registrations);
        add(
                "GET",
                "/v1/explain/services/{name}",
                "explainService",
                TENANT,
                Action.READ,
                Kind.SERVICE,
                explain::service);
        add(
                "GET",
                "/v1/explain/endpoints/{name}",
                "explainEndpoint",
                TENANT,
                Action.READ,
                Kind.ENDPOINT,
                explain::endpoint);
    }

    private void hosts(HostHandlers hosts, HostRanking ranking) {
        String one = "/v1/hosts/{name}";
        List<String> word = List.of("tenant", "reason");
        add(
                "POST",
                one + ":readmit",
                "readmitHost",
                word,
                Action.OPERATE,
                Kind.HOST,
                r -> hosts.say(HostWord.Word.READMIT, r));
        add(
                "POST",
                one + ":proceed",
                "proceedHost",
                word,
                Action.OPERATE,
                Kind.HOST,
                r -> hosts.say(HostWord.Word.PROCEED, r));
        add(
                "POST",
                one + ":maintenance",
                "maintainHost",
                List.of("tenant", "reason", "state"),
                Action.WRITE,
                Kind.HOST,
                hosts::maintenance);
        add("GET", one + "/power", "hostPower", TENANT, Action.OPERATE, Kind.HOST, hosts::power);
        add(
                "GET",
                "/v1/explain/hosts/{name}",
                "explainHost",
                TENANT,
                Action.READ,
                Kind.HOST,
                hosts::explain);
        add("GET", "/v1/ranking", "rankHosts", TENANT, Action.READ, Kind.HOST, ranking::ranking);
    }

    /** It is machines that are written, of all hosts or of one. */
    private void machines(ImportHandler taken, RebalanceHandler moved, MachinePowerHandler power) {
        add(
                "POST",
                "/v1/virtualmachines/{name}:power",
                "powerVirtualMachine",
                List.of("tenant", "reason", "state"),
                Action.WRITE,
                Kind.VIRTUAL_MACHINE,
                power::handle);
        add(
                "POST",
                "/v1/hosts/{name}:import",
                "importMachines",
                List.of("tenant", "reason", "machines", "dryRun"),
                Action.WRITE,
                Kind.VIRTUAL_MACHINE,
                taken::handle);
        add(
                "POST",
                "/v1/rebalance",
                "rebalance",
                List.of("tenant", "reason", "dryRun"),
                Action.OPERATE,
                Kind.VIRTUAL_MACHINE,
                moved::handle);
    }

    private void members(MemberHandlers members) {
        add(
                "GET",
                "/v1/members",
                "listMembers",
                List.of(),
                Action.READ,
                Permission.CLUSTER,
                members::members);
    }

    private void system(SystemHandlers system) {
        system("/v1/version", "version", system::version);
        system("/metrics", "metrics", system::metrics);
        system("/openapi.json", "openapi", system::openapi);
        system("/healthz", "health", system::health);
        system("/readyz", "readiness", system::ready);
    }

    private void system(String path, String operation, ApiRoute.Handler handler) {
        add("GET", path, operation, List.of(), Action.READ, Permission.CLUSTER, handler);
    }

    private ApiReply listOrWatch(Kind kind, ApiRequest request) throws InterruptedException {
        if (!request.flag("watch")) {
            if (request.parameter("from").isPresent()) {
                throw ProblemException.parameter(
                        "from", request.parameter("from").get(), "together with watch");
            }
            return read.list(kind, request);
        }
        LabelSelector selector = LabelSelector.parse(request.parameter("labels").orElse(""));
        long from = request.number("from", 0, 1, Long.MAX_VALUE);
        Optional<String> service = request.parameter("service");
        if (!context.counters().openWatch(MOST_WATCHES)) {
            throw new ProblemException(
                    ApiProblem.of(
                                    ProblemType.TOO_MANY_WATCHES,
                                    "watches: "
                                            + MOST_WATCHES
                                            + " are open (expected: fewer); close one, or ask"
                                            + " again later")
                            .header("Retry-After", "5"));
        }
        WatchFeed feed =
                new WatchFeed(context, kind, ApiContext.tenant(request), service, selector, from);
        context.watches().add(feed);
        return new ApiReply.Lines(
                200,
                "application/x-ndjson",
                List.of(new ApiReply.HeaderLine("Cache-Control", "no-store")),
                feed);
    }

    private void add(
            String method,
            String template,
            String operation,
            List<String> parameters,
            Action action,
            Kind kind,
            ApiRoute.Handler handler) {
        add(method, template, operation, parameters, action, kind.plural(), handler);
    }

    private void add(
            String method,
            String template,
            String operation,
            List<String> parameters,
            Action action,
            String kind,
            ApiRoute.Handler handler) {
        routes.add(new ApiRoute(method, template, operation, parameters, action, kind, handler));
    }
}
