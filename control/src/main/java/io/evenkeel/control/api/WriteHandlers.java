package io.evenkeel.control.api;

import io.evenkeel.control.core.Intent;
import io.evenkeel.control.core.ResourceWrites;
import io.evenkeel.control.core.Step;
import io.evenkeel.kernel.permission.Permission;
import io.evenkeel.kernel.permission.PermissionPort;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies and deletes resources, and sets what operators want of services and endpoints. */
final class WriteHandlers {
    private final ApiContext context;
    private final AdminOperations admin;

    WriteHandlers(ApiContext context) {
        this.context = context;
        this.admin = new AdminOperations(context.store(), context.images());
    }

    /** POST of a kind: the body says the name. */
    ApiReply post(Kind kind, ApiRequest request) throws InterruptedException {
        return applyOne(kind, Optional.empty(), request);
    }

    /** PUT of one resource: the body must name the same. */
    ApiReply put(Kind kind, ApiRequest request) throws InterruptedException {
        return applyOne(kind, Optional.of(request.pathValue("name")), request);
    }

    /** POST of any resources. */
    ApiReply apply(ApiRequest request) {
        List<BodyReader.Read> read = BodyReader.resources(request);
        if (read.size() > 1 && request.header("If-Match").isPresent()) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.BAD_REQUEST,
                            "If-Match: given with "
                                    + read.size()
                                    + " resources (expected: with one); leave it out, or apply them"
                                    + " one by one"));
        }
        List<ResourceOperations.Wanted> wanted = new ArrayList<>();
        Intent intent = intent(request);
        for (BodyReader.Read one : read) {
            wanted.add(wanted(inTenant(one.resource(), request), request, intent));
        }
        Json.Writer json = Json.writer();
        json.start();
        json.startList("results");
        for (ResourceOperations.Done done :
                context.operations().carryOut(wanted, request.flag("dryRun"))) {
            Metadata metadata = done.resource().metadata();
            json.start();
            json.put("kind", done.resource().kind().title());
            json.put("tenant", metadata.tenant());
            json.put("name", metadata.name());
            json.put("outcome", done.outcome().name().toLowerCase(Locale.ROOT));
            json.put("generation", metadata.generation());
            json.put("revision", metadata.revision());
            json.end();
        }
        json.endList();
        json.end();
        return ApiReply.json(200, json.text());
    }

    ApiReply delete(Kind kind, ApiRequest request) {
        ResourceKey key = key(kind, request);
        Intent intent = intent(request);
        ResourceOperations.Done done =
                context.operations()
                        .carryOut(
                                new ResourceOperations.Wanted(
                                        key, present -> ResourceWrites.delete(present, intent)));
        return ApiReply.json(
                200,
                Json.writer()
                        .start()
                        .put("kind", kind.title())
                        .put("tenant", key.tenant())
                        .put("name", key.name())
                        .put("outcome", "deleted")
                        .put("revision", done.revision())
                        .end()
                        .text());
    }

    /** Drain, ready or maint. */
    ApiReply assign(Kind kind, AdminState state, ApiRequest request) throws InterruptedException {
        Intent intent = intent(request).because(reason(request));
        // Not found while the image does not have what was committed before this call.
        Resource<?, ?> shown = ReadHandlers.found(context.freshViews(), kind, request);
        long revision = admin.assign(ResourceKey.of(shown), state, request.flag("force"), intent);
        ResourceViews after = context.views(context.images().imageWith(revision));
        // A service that was no more than the operator's word on it has ended with that word.
        return ReadHandlers.one(
                200,
                after.find(kind, shown.metadata().tenant(), shown.metadata().name())
                        .orElseGet(shown::withoutStatus));
    }

    private ApiReply applyOne(Kind kind, Optional<String> name, ApiRequest request)
            throws InterruptedException {
        List<BodyReader.Read> read = BodyReader.resources(request);
        if (read.size() != 1) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.BAD_REQUEST,
                            "body: "
                                    + read.size()
                                    + " resources (expected: one); POST several to /v1/apply"));
        }
        Resource<?, ?> resource = inTenant(read.getFirst().resource(), request);
        String bodyName = resource.metadata().name();
        if (resource.kind() != kind || !name.orElse(bodyName).equals(bodyName)) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.BAD_REQUEST,
                            "body: "
                                    + ResourceKey.of(resource)
                                    + " (expected: "
                                    + kind.title().toLowerCase(Locale.ROOT)
                                    + name.map(wanted -> " " + wanted).orElse("")
                                    + ", as the path says)"));
        }
        boolean dryRun = request.flag("dryRun");
        ResourceOperations.Done done =
                context.operations()
                        .carryOut(List.of(wanted(resource, request, intent(request))), dryRun)
                        .getFirst();
        int status = done.outcome() == Step.Outcome.CREATED ? 201 : 200;
        if (dryRun) {
            return ReadHandlers.one(status, done.resource());
        }
        ResourceViews views = context.views(context.images().imageWith(done.revision()));
        Metadata metadata = done.resource().metadata();
        Resource<?, ?> shown =
                views.find(kind, metadata.tenant(), metadata.name())
                        .filter(found -> found.metadata().revision() >= metadata.revision())
                        .orElse(done.resource());
        return ReadHandlers.one(status, shown);
    }

    private ResourceOperations.Wanted wanted(
            Resource<?, ?> resource, ApiRequest request, Intent intent) {
        ResourceKey key = ResourceKey.of(resource);
        permit(key, request);
        String uid = context.uids().get();
        return new ResourceOperations.Wanted(
                key, present -> ResourceWrites.apply(present, resource, uid, intent));
    }

    /** The router asked about the path; the body may name another tenant. */
    private void permit(ResourceKey key, ApiRequest request) {
        PermissionPort.Verdict verdict =
                context.permissions()
                        .judge(
                                request.principal(),
                                new Permission(
                                        Permission.Action.WRITE,
                                        key.kind().plural(),
                                        key.tenant(),
                                        key.name()));
        if (verdict instanceof PermissionPort.Verdict.Denied denied) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.FORBIDDEN,
                            key + ": " + denied.reason() + " " + denied.remedy()));
        }
    }

    /** A body that names no tenant goes into the one of the query. */
    private static Resource<?, ?> inTenant(Resource<?, ?> resource, ApiRequest request) {
        Optional<String> tenant = request.parameter("tenant");
        Metadata metadata = resource.metadata();
        if (tenant.isEmpty() || tenant.get().equals(metadata.tenant())) {
            return resource;
        }
        if (!metadata.tenant().equals(Metadata.DEFAULT_TENANT)) {
            throw ProblemException.parameter(
                    "tenant",
                    tenant.get(),
                    metadata.tenant() + ", which " + ResourceKey.of(resource) + " says");
        }
        return resource.with(
                new Metadata(
                        tenant.get(),
                        metadata.name(),
                        metadata.uid(),
                        metadata.generation(),
                        metadata.revision(),
                        metadata.labels(),
                        metadata.source()));
    }

    private static ResourceKey key(Kind kind, ApiRequest request) {
        return new ResourceKey(kind, ApiContext.tenant(request), request.pathValue("name"));
    }

    private Intent intent(ApiRequest request) {
        return intent(context, request);
    }

    /** Who asks, under which condition. */
    static Intent intent(ApiContext context, ApiRequest request) {
        return new Intent(
                request.principal(), Source.API, ifMatch(request), context.clock().millis(), "");
    }

    /** Why, in the caller's words; may be empty. */
    static String reason(ApiRequest request) {
        String reason = request.parameter("reason").orElse("");
        if (reason.length() > 256 || reason.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.parameter(
                    "reason",
                    reason.length() + " characters",
                    "at most 256, without control characters");
        }
        return reason;
    }

    private static OptionalLong ifMatch(ApiRequest request) {
        Optional<String> text = request.header("If-Match");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        String bare = text.get().strip();
        if (bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")) {
            bare = bare.substring(1, bare.length() - 1);
        }
        if (bare.matches("[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(bare));
        }
        throw new ProblemException(
                ApiProblem.of(
                        ProblemType.BAD_REQUEST,
                        "If-Match: "
                                + text.get()
                                + " (expected: a revision as in ETag, such as \"42\")"));
    }
}
