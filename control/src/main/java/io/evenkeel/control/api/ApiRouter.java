package io.evenkeel.control.api;

import io.evenkeel.kernel.permission.Permission;
import io.evenkeel.kernel.permission.PermissionPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds a request's route, asks the permission port, and calls the handler. The one list of routes:
 * the OpenAPI document is held against it. Immutable and thread-safe.
 */
public final class ApiRouter {
    private final List<ApiRoute> routes;
    private final PermissionPort permissions;

    /** A router over {@code routes}; the first that matches answers. */
    public ApiRouter(List<ApiRoute> routes, PermissionPort permissions) {
        this.routes = List.copyOf(routes);
        this.permissions = permissions;
    }

    /** Every route there is. */
    public List<ApiRoute> routes() {
        return routes;
    }

    /**
     * Answers a request.
     *
     * @throws ProblemException for anything but success
     */
    public ApiReply answer(ApiRequest request) throws InterruptedException {
        List<String> segments = ApiRoute.segments(request.path());
        // HEAD is GET without the body; the HTTP server leaves the body out.
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        TreeSet<String> allowed = new TreeSet<>();
        for (ApiRoute route : routes) {
            Optional<Map<String, String>> values = route.match(segments);
            if (values.isEmpty()) {
                continue;
            }
            if (route.method().equals(method)) {
                ApiRequest routed = request.withPathValues(values.get());
                refuseUnknownParameters(route, routed);
                permit(route, routed);
                return route.handler().handle(routed);
            }
            allowed.add(route.method());
        }
        if (allowed.isEmpty()) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.NOT_FOUND,
                            "path: '"
                                    + request.path()
                                    + "' (expected: a path of the API; see /openapi.json)"));
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        throw new ProblemException(
                ApiProblem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                "method: "
                                        + request.method()
                                        + " (expected: "
                                        + String.join(" or ", allowed)
                                        + " for this path)")
                        .header("Allow", String.join(", ", allowed)));
    }

    private static void refuseUnknownParameters(ApiRoute route, ApiRequest request) {
        List<String> unknown = new ArrayList<>();
        for (String name : request.query().keySet()) {
            if (!route.parameters().contains(name)) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.BAD_REQUEST,
                            "query parameter: '"
                                    + String.join("', '", unknown)
                                    + "' (expected: "
                                    + (route.parameters().isEmpty()
                                            ? "none for this path"
                                            : "of " + String.join(", ", route.parameters()))
                                    + ")"));
        }
    }

    private void permit(ApiRoute route, ApiRequest request) {
        String tenant =
                route.kind().equals(Permission.CLUSTER)
                        ? null
                        : request.parameter("tenant").orElse("default");
        Permission permission =
                new Permission(
                        route.action(), route.kind(), tenant, request.pathValues().get("name"));
        PermissionPort.Verdict verdict = permissions.judge(request.principal(), permission);
        if (verdict instanceof PermissionPort.Verdict.Denied denied) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.FORBIDDEN,
                            "principal: "
                                    + request.principal()
                                    + "; "
                                    + denied.reason()
                                    + " "
                                    + denied.remedy()));
        }
    }
}
