package io.evenkeel.control.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes paths and query strings, once and strictly. */
public final class QueryString {
    private QueryString() {}

    /**
     * A query string's parameters in their order.
     *
     * @throws ProblemException when an escape is malformed
     */
    public static Map<String, List<String>> parse(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters
                    .computeIfAbsent(decode(name, "query"), key -> new ArrayList<>())
                    .add(decode(value, "query"));
        }
        return parameters;
    }

    /**
     * A path, decoded. A plus sign stays one.
     *
     * @throws ProblemException when an escape is malformed or hides a slash
     */
    public static String path(String raw) {
        String lower = raw.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("%2f") || lower.contains("%00")) {
            throw malformed("path", raw, "a path without escaped slashes or NUL");
        }
        return decode(raw.replace("+", "%2B"), "path");
    }

    private static String decode(String text, String what) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed(what, text, "percent escapes of two hexadecimal digits");
        }
    }

    private static ProblemException malformed(String what, String seen, String expected) {
        return new ProblemException(
                ApiProblem.of(
                        ProblemType.BAD_REQUEST,
                        what + ": '" + seen + "' (expected: " + expected + ")"));
    }
}
