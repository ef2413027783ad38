package io.evenkeel.control.api;

import io.evenkeel.control.api.ApiReply.HeaderLine;
import io.evenkeel.model.tree.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A reply that says what is wrong (RFC 9457). Immutable.
 *
 * @param type which problem
 * @param detail what failed, the value seen, the value expected and what to do
 * @param problems every single thing wrong in the body, in the order of its text
 * @param owner source that owns the resource, where that is the problem
 * @param revision the resource's present revision, where that is the problem
 * @param headers further header lines, such as Allow or Retry-After
 * @param status HTTP status, which is the type's but for {@link ProblemType#HTTP}
 */
public record ApiProblem(
        ProblemType type,
        String detail,
        List<Problem> problems,
        Optional<String> owner,
        OptionalLong revision,
        List<HeaderLine> headers,
        int status) {
    /** Content type of problems. */
    public static final String CONTENT_TYPE = "application/problem+json";

    public ApiProblem {
        problems = List.copyOf(problems);
        headers = List.copyOf(headers);
    }

    /** A problem that is one sentence. */
    public static ApiProblem of(ProblemType type, String detail) {
        return new ApiProblem(
                type,
                detail,
                List.of(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                type.status());
    }

    /** What is wrong in a body: all of it. */
    public static ApiProblem invalid(List<Problem> problems) {
        String detail =
                problems.size() == 1
                        ? problems.getFirst().toString()
                        : problems.size() + " problems; the first: " + problems.getFirst();
        return new ApiProblem(
                ProblemType.INVALID_RESOURCE,
                detail,
                problems,
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                ProblemType.INVALID_RESOURCE.status());
    }

    /** What the HTTP server itself refused, under the status it chose. */
    public static ApiProblem http(int status, String detail) {
        ProblemType type =
                switch (status) {
                    case 404 -> ProblemType.NOT_FOUND;
                    case 405 -> ProblemType.METHOD_NOT_ALLOWED;
                    case 408 -> ProblemType.REQUEST_TIMEOUT;
                    case 413 -> ProblemType.TOO_LARGE;
                    case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
                    case 431 -> ProblemType.HEADERS_TOO_LARGE;
                    default -> status >= 500 ? ProblemType.INTERNAL : ProblemType.HTTP;
                };
        return new ApiProblem(
                type, detail, List.of(), Optional.empty(), OptionalLong.empty(), List.of(), status);
    }

    /** The same, naming the source that owns the resource. */
    public ApiProblem ownedBy(String source) {
        return new ApiProblem(
                type, detail, problems, Optional.of(source), revision, headers, status);
    }

    /** The same, naming the revision the resource has. */
    public ApiProblem atRevision(long current) {
        return new ApiProblem(
                type, detail, problems, owner, OptionalLong.of(current), headers, status);
    }

    /** The same with one more header line. */
    public ApiProblem header(String name, String value) {
        List<HeaderLine> extended = new ArrayList<>(headers);
        extended.add(new HeaderLine(name, value));
        return new ApiProblem(type, detail, problems, owner, revision, extended, status);
    }

    /** The reply. */
    public ApiReply.Whole reply() {
        Json.Writer json = Json.writer();
        json.start();
        json.put("type", type.uri());
        json.put("title", type == ProblemType.HTTP ? "HTTP " + status : type.title());
        json.put("status", status);
        json.put("detail", detail);
        owner.ifPresent(source -> json.put("owner", source));
        revision.ifPresent(number -> json.put("revision", number));
        if (!problems.isEmpty()) {
            json.startList("problems");
            for (Problem problem : problems) {
                json.start();
                json.put("path", problem.path());
                if (problem.line() > 0) {
                    json.put("line", problem.line());
                    json.put("column", problem.column());
                }
                json.put("seen", problem.seen());
                json.put("expected", problem.expected());
                json.put("remedy", problem.remedy());
                json.end();
            }
            json.endList();
        }
        json.end();
        return new ApiReply.Whole(status, CONTENT_TYPE, headers, ApiBody.of(json.text()));
    }
}
