package io.evenkeel.control.api;

import io.evenkeel.kernel.permission.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request, read whole. Immutable.
 *
 * @param method upper-case HTTP method
 * @param path decoded path, starting with a slash
 * @param pathValues values of the route's variables; empty before routing
 * @param query decoded query parameters in their order, each with all its values
 * @param headers header values by lower-case name; several lines of one name are joined by ", "
 * @param body the body, empty when there is none
 * @param principal who asks
 */
public record ApiRequest(
        String method,
        String path,
        Map<String, String> pathValues,
        Map<String, List<String>> query,
        Map<String, String> headers,
        ApiBody body,
        Principal principal) {

    /** A header's value; the name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The last value of a query parameter. */
    public Optional<String> parameter(String name) {
        List<String> values = query.get(name);
        return values == null ? Optional.empty() : Optional.of(values.getLast());
    }

    /**
     * Whether a flag such as {@code ?watch} or {@code ?force=true} is set.
     *
     * @throws ProblemException when the value is neither empty, true nor false
     */
    public boolean flag(String name) {
        return switch (parameter(name).orElse("false")) {
            case "", "true" -> true;
            case "false" -> false;
            default ->
                    throw ProblemException.parameter(
                            name, parameter(name).orElse(""), "true or false");
        };
    }

    /**
     * A whole number from the query.
     *
     * @throws ProblemException when the value is not a number in {@code least..most}
     */
    public long number(String name, long whenAbsent, long least, long most) {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return whenAbsent;
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw ProblemException.parameter(
                name, text.get(), "a whole number from " + least + " to " + most);
    }

    /** A variable's value; the route must have it. */
    public String pathValue(String name) {
        String value = pathValues.get(name);
        if (value == null) {
            throw new IllegalStateException("route of " + path + " has no variable " + name);
        }
        return value;
    }

    ApiRequest withPathValues(Map<String, String> values) {
        return new ApiRequest(method, path, values, query, headers, body, principal);
    }
}
