package io.evenkeel.control.api;

import io.evenkeel.control.metrics.Metrics;
import java.util.function.BooleanSupplier;

/** What says how the process itself is. */
final class SystemHandlers {
    private final ApiContext context;
    private final String version;
    private final BooleanSupplier ready;
    private final Metrics metrics;

    /**
     * Handlers.
     *
     * @param version of Evenkeel
     * @param ready whether the rest of the process does its work
     */
    SystemHandlers(ApiContext context, String version, BooleanSupplier ready, Metrics metrics) {
        this.context = context;
        this.version = version;
        this.ready = ready;
        this.metrics = metrics;
    }

    ApiReply version(ApiRequest request) {
        Json.Writer json =
                Json.writer()
                        .start()
                        .put("version", version)
                        .put("java", Runtime.version().toString())
                        .put("revision", new StoreAccess(context.store()).revision());
        context.seen().ifPresent(seen -> json.put("gateway", seen.id()));
        return ApiReply.json(200, json.end().text());
    }

    ApiReply metrics(ApiRequest request) {
        return ApiReply.text(200, Metrics.CONTENT_TYPE, metrics.text());
    }

    ApiReply openapi(ApiRequest request) {
        return ApiReply.json(200, OpenApi.json());
    }

    ApiReply health(ApiRequest request) {
        return ok();
    }

    ApiReply ready(ApiRequest request) {
        long revision = new StoreAccess(context.store()).revision();
        if (!ready.getAsBoolean()) {
            throw new ProblemException(
                    ApiProblem.of(
                                    ProblemType.STORE_UNAVAILABLE,
                                    "process: starting or stopping at revision "
                                            + revision
                                            + " (expected: running); ask again in a second")
                            .header("Retry-After", "1"));
        }
        return ok();
    }

    private static ApiReply ok() {
        return ApiReply.json(200, "{\"status\":\"ok\"}");
    }
}
