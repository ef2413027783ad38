package io.evenkeel.control.api;

import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.control.core.Intent;
import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.control.power.PowerSwitch;
import io.evenkeel.control.power.RedfishSwitch;
import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Recovery;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPower;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What operators ask and say of hosts and their failures. */
final class HostHandlers {
    private static final int AUDIT_OF_ONE = 20;

    /** Stateless. */
    private static final PowerSwitch POWER = new RedfishSwitch();

    private static final Duration POWER_TIMEOUT = Duration.ofSeconds(15);

    private final ApiContext context;
    private final HostOperations hosts;
    private final StoreAccess store;

    HostHandlers(ApiContext context) {
        this.context = context;
        this.hosts = new HostOperations(context.store());
        this.store = new StoreAccess(context.store());
    }

    /** Readmit or proceed. */
    ApiReply say(HostWord.Word word, ApiRequest request) throws InterruptedException {
        HostKey host = key(request);
        HostOperations.Read read = hosts.read(host);
        if (read.procedure().isEmpty() && read.lock().isEmpty()) {
            // Of a host that nobody knows that is said, rather than its stage.
            ReadHandlers.found(context.freshViews(), Kind.HOST, request);
        }
        Intent intent =
                WriteHandlers.intent(context, request).because(WriteHandlers.reason(request));
        HostOperations.Word said = hosts.say(host, word, intent);
        return ApiReply.json(
                200,
                Json.writer()
                        .start()
                        .put("kind", Kind.HOST.title())
                        .put("tenant", host.tenant())
                        .put("name", host.name())
                        .put("word", said.word().word().name().toLowerCase(Locale.ROOT))
                        .put("outcome", said.said() ? "said" : "unchanged")
                        .put("by", said.word().by())
                        .put("at", Instant.ofEpochMilli(said.word().atMillis()).toString())
                        .put("stage", said.stage())
                        .put("revision", said.revision())
                        .end()
                        .text());
    }

    /** Maintenance on or off. */
    ApiReply maintenance(ApiRequest request) throws InterruptedException {
        boolean on = SpecEdits.isOn(request);
        return new SpecEdits(context)
                .carryOut(request, Kind.HOST, spec -> ((HostSpec) spec).inMaintenance(on));
    }

    /** Whether a host is on, as what switches it off says; so a declaration is tried. */
    ApiReply power(ApiRequest request) throws InterruptedException {
        HostKey host = key(request);
        ResourceViews views = context.freshViews();
        ReadHandlers.found(views, Kind.HOST, request);
        HostImage known = views.image().hosts().get(host);
        HostPower declared = known == null ? null : known.spec().power().orElse(null);
        if (declared == null) {
            throw unavailable(host, "spec.power: none (expected: what switches it off)");
        }
        Reply<String> reply = POWER.state(declared, POWER_TIMEOUT);
        if (!(reply instanceof Reply.Done<String>(String state))) {
            throw unavailable(host, reply.problem());
        }
        return ApiReply.json(
                200,
                Json.writer()
                        .start()
                        .put("kind", "HostPower")
                        .put("tenant", host.tenant())
                        .put("host", host.name())
                        .put("url", declared.url())
                        .put("state", state)
                        .end()
                        .text());
    }

    private static ProblemException unavailable(HostKey host, String why) {
        return new ProblemException(
                ApiProblem.of(ProblemType.HOST_UNAVAILABLE, "host " + host.name() + ": " + why));
    }

    /** Where a host stands, from what was recorded. */
    ApiReply explain(ApiRequest request) throws InterruptedException {
        HostKey host = key(request);
        HostOperations.Read read = hosts.read(host);
        ClusterImage image = context.images().imageWith(read.revision());
        Optional<Resource<?, ?>> shown =
                context.views(image).find(Kind.HOST, host.tenant(), host.name());
        ObjectHistory.AuditPage audit =
                context.history()
                        .audit(
                                Kind.HOST.plural(),
                                host.tenant(),
                                host.name(),
                                AuditTrail.LATEST,
                                AUDIT_OF_ONE);
        boolean known =
                read.procedure().isPresent() || read.lock().isPresent() || shown.isPresent();
        if (!known && read.state().decisions().records().isEmpty() && audit.entries().isEmpty()) {
            ReadHandlers.found(context.views(image), Kind.HOST, request);
        }
        Json.Writer json = Json.writer().start();
        json.put("revision", read.revision());
        HostExplanation.standing(json, read, declaration(image, host));
        Procedure procedure = read.state().procedure();
        if (procedure != null && procedure.token() != 0) {
            String batch = Recovery.batch(host, procedure.token());
            HostExplanation.recovery(json, batch, procedure, tasks(host, batch + "/"));
        }
        HostExplanation.moves(json, MigrationTasks.of(tasks(host, MigrationTasks.BATCHES), host));
        HostExplanation.decisions(json, host, read.state().decisions());
        Explanation.audit(json, "audit", audit.entries());
        shown.ifPresent(resource -> json.put("host", Resources.tree(resource)));
        return ApiReply.json(200, json.end().text());
    }

    /** Who may run what matters for hosts in maintenance alone, and is much to read. */
    private Optional<HostDeclaration> declaration(ClusterImage image, HostKey host) {
        HostImage declared = image.hosts().get(host);
        boolean maintenance = declared != null && declared.spec().maintenance();
        RunTable runs =
                maintenance
                        ? HostRecords.read(context.store(), StoreAccess.DEADLINE)
                                .orElseThrow(() -> StoreAccess.unavailable("it does not answer"))
                                .runs()
                        : new RunTable();
        return new HostSite(image, runs)
                .declarations().stream().filter(one -> one.host().equals(host)).findFirst();
    }

    /** Those of its tenant in batches that are named so. */
    private TaskTable tasks(HostKey host, String begin) {
        TaskTable tasks = new TaskTable();
        String prefix = Keys.of(Keys.Area.TASK, TaskKey.TASKS, host.tenant(), begin);
        tasks.load(store.range(RangeQuery.prefix(prefix)).entries());
        return tasks;
    }

    private static HostKey key(ApiRequest request) {
        return new HostKey(ApiContext.tenant(request), request.pathValue("name"));
    }
}
