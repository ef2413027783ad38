package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Names;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.JsonWriter;
import java.util.NavigableMap;
import java.util.Optional;

/** Lists and gets resources. */
final class ReadHandlers {
    private static final long DEFAULT_LIMIT = 500;
    private static final long MOST = 10_000;

    private final ApiContext context;

    ReadHandlers(ApiContext context) {
        this.context = context;
    }

    /** Where the next page begins: behind a name, in the image of a revision. */
    private record Continue(long revision, String name) {
        static Continue parse(String token) {
            int dash = token.indexOf('-');
            try {
                if (dash > 0 && Names.isName(token.substring(dash + 1))) {
                    return new Continue(
                            Long.parseLong(token.substring(0, dash)), token.substring(dash + 1));
                }
            } catch (NumberFormatException e) {
                // Answered below.
            }
            throw ProblemException.parameter(
                    "continue", token, "the token in 'continue' of the page before");
        }
    }

    ApiReply list(Kind kind, ApiRequest request) throws InterruptedException {
        LabelSelector selector = LabelSelector.parse(request.parameter("labels").orElse(""));
        long limit = request.number("limit", DEFAULT_LIMIT, 1, MOST);
        Optional<Continue> from = request.parameter("continue").map(Continue::parse);
        ResourceViews views =
                from.isPresent()
                        ? context.views(image(from.get().revision()))
                        : context.freshViews();
        String tenant = ApiContext.tenant(request);
        NavigableMap<String, Metadata> names =
                views.names(kind, tenant, request.parameter("service"));
        if (from.isPresent()) {
            names = names.tailMap(from.get().name(), false);
        }
        Optional<HostConditions> inQuestion = inQuestion(kind, tenant);
        Json.Writer json = Json.writer();
        json.start();
        json.put("apiVersion", Resource.API_VERSION);
        json.put("kind", kind.title() + "List");
        json.put("revision", views.image().revision());
        json.startList("items");
        int count = 0;
        String last = "";
        boolean more = false;
        for (Metadata metadata : names.values()) {
            if (!selector.selects(metadata)) {
                continue;
            }
            if (count == limit) {
                more = true;
                break;
            }
            views.find(kind, tenant, metadata.name())
                    .map(found -> inQuestion.isPresent() ? inQuestion.get().on(found) : found)
                    .ifPresent(resource -> json.item(Resources.tree(resource)));
            last = metadata.name();
            count++;
        }
        json.endList();
        if (more) {
            context.paged().keep(views.image());
            json.put("continue", views.image().revision() + "-" + last);
        }
        json.end();
        return ApiReply.json(200, json.text());
    }

    ApiReply get(Kind kind, ApiRequest request) throws InterruptedException {
        Resource<?, ?> found = found(context.freshViews(), kind, request);
        return one(
                200,
                inQuestion(kind, found.metadata().tenant())
                        .<Resource<?, ?>>map(hosts -> hosts.on(found))
                        .orElse(found));
    }

    /** Which hosts are in question; empty for other kinds. */
    private Optional<HostConditions> inQuestion(Kind kind, String tenant) {
        return kind == Kind.HOST
                ? Optional.of(HostConditions.read(new StoreAccess(context.store()), tenant))
                : Optional.empty();
    }

    /** The resource of a request, which must exist. */
    static Resource<?, ?> found(ResourceViews views, Kind kind, ApiRequest request) {
        ResourceKey key =
                new ResourceKey(kind, ApiContext.tenant(request), request.pathValue("name"));
        return views.find(kind, key.tenant(), key.name())
                .orElseThrow(() ->
                        new ProblemException(
                                ApiProblem.of(
                                        ProblemType.NOT_FOUND,
                                        key
                                                + ": not found (expected: one of those that GET"
                                                + " /v1/"
                                                + kind.plural()
                                                + " lists)")));
    }

    /** A reply with one resource. */
    static ApiReply.Whole one(int status, Resource<?, ?> resource) {
        return ApiReply.json(status, JsonWriter.compact(Resources.tree(resource)))
                .with("ETag", "\"" + resource.metadata().revision() + "\"");
    }

    private ClusterImage image(long revision) {
        return context.paged()
                .at(revision)
                .orElseThrow(() ->
                        new ProblemException(
                                ApiProblem.of(
                                        ProblemType.COMPACTED,
                                        "continue: the list of revision "
                                                + revision
                                                + " is no longer held (expected: a token"
                                                + " younger than the last "
                                                + PagedImages.CAPACITY
                                                + " paged lists); begin the list again")));
    }
}
