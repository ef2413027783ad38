package io.evenkeel.control.api;

import io.evenkeel.kernel.permission.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One route: a method and a path template, and what a request to it needs.
 *
 * @param method upper-case HTTP method
 * @param template path with variables, such as {@code /v1/endpoints/{name}:drain}; a variable
 *     stands for one non-empty segment, or for its part before a literal suffix
 * @param operationId the operation's name in the OpenAPI document
 * @param parameters query parameters it takes; any other is refused
 * @param action what a caller must be allowed to do
 * @param kind plural kind the permission is about, or {@link Permission#CLUSTER}
 * @param handler what answers
 */
public record ApiRoute(
        String method,
        String template,
        String operationId,
        List<String> parameters,
        Permission.Action action,
        String kind,
        Handler handler) {

    /** Answers a request. Called on a thread that may block. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers one request.
         *
         * @throws ProblemException for anything but success
         */
        ApiReply handle(ApiRequest request) throws InterruptedException;
    }

    public ApiRoute {
        parameters = List.copyOf(parameters);
    }

    /** The variables' values when {@code segments} match, else empty. */
    Optional<Map<String, String>> match(List<String> segments) {
        List<String> wanted = segments(template);
        if (wanted.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String pattern = wanted.get(i);
            String segment = segments.get(i);
            if (!pattern.startsWith("{")) {
                if (!pattern.equals(segment)) {
                    return Optional.empty();
                }
                continue;
            }
            int close = pattern.indexOf('}');
            String suffix = pattern.substring(close + 1);
            String value = segment.substring(0, Math.max(0, segment.length() - suffix.length()));
            // A colon begins a verb, so it is never part of a name.
            if (!segment.endsWith(suffix) || value.isEmpty() || value.indexOf(':') >= 0) {
                return Optional.empty();
            }
            values.put(pattern.substring(1, close), value);
        }
        return Optional.of(values);
    }

    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            segments.add(path.substring(from, end));
            from = end + 1;
        }
        return segments;
    }

    /** The same route, answered by somebody else. */
    ApiRoute handledBy(Handler other) {
        return new ApiRoute(method, template, operationId, parameters, action, kind, other);
    }
}
