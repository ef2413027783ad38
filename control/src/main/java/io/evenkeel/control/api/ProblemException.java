package io.evenkeel.control.api;

/** Ends a request with a problem. The API's one exception; its message is the problem's detail. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiProblem problem;

    /** Ends the request with {@code problem}. */
    public ProblemException(ApiProblem problem) {
        // A reply, not a defect: no stack trace is wanted.
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /** What is answered. */
    public ApiProblem problem() {
        return problem;
    }

    /** A query parameter whose value does not fit. */
    public static ProblemException parameter(String name, String seen, String expected) {
        return new ProblemException(
                ApiProblem.of(
                        ProblemType.BAD_REQUEST,
                        "query parameter "
                                + name
                                + ": '"
                                + seen
                                + "' (expected: "
                                + expected
                                + ")"));
    }
}
