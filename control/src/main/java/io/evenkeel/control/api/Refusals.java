package io.evenkeel.control.api;

import io.evenkeel.control.core.Step;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Source;
import java.util.Locale;

/** Words refused steps. */
final class Refusals {
    private Refusals() {}

    static ApiProblem problem(ResourceKey key, Step.Refused refused) {
        return switch (refused) {
            case Step.Missing _ ->
                    ApiProblem.of(
                            ProblemType.NOT_FOUND,
                            key
                                    + ": not found (expected: a declared resource; list them by GET /v1/"
                                    + key.kind().plural()
                                    + ")");
            case Step.OwnedBy(Source owner) -> {
                String source = owner.name().toLowerCase(Locale.ROOT);
                yield ApiProblem.of(
                                ProblemType.OWNED_ELSEWHERE,
                                key + ": owned by source " + source + "; " + remedy(owner))
                        .ownedBy(source);
            }
            case Step.OtherRevision(long expected, long present) ->
                    ApiProblem.of(
                                    ProblemType.REVISION_MISMATCH,
                                    key
                                            + ": "
                                            + (present == 0
                                                    ? "does not exist"
                                                    : "has revision " + present)
                                            + " (expected: "
                                            + (expected == 0
                                                    ? "that it does not exist"
                                                    : "revision " + expected)
                                            + ", as If-Match says); read it again and decide anew")
                            .atRevision(present);
            case Step.TooFewLeft(String reason, String remedy) ->
                    ApiProblem.of(
                            ProblemType.DISRUPTION_REFUSED, key + ": " + reason + "; " + remedy);
        };
    }

    /** Others were faster, again and again. */
    static ProblemException contended(ResourceKey key, int attempts) {
        return new ProblemException(
                ApiProblem.of(
                                ProblemType.CONTENDED,
                                key
                                        + ": changed by others "
                                        + attempts
                                        + " times meanwhile; nothing was written; ask again")
                        .header("Retry-After", "1"));
    }

    private static String remedy(Source owner) {
        return switch (owner) {
            case API -> "change it through the API or the command line, or delete it there first";
            case FILE -> "change it in its file, or remove it from the file first";
            case KUBERNETES -> "change it in its Kubernetes cluster";
            case LINK ->
                    "it changes when its backend registers anew, and goes when the backend leaves;"
                            + " drain or maint takes it out of traffic meanwhile";
            case AGENT -> "it changes with what the host's agent says";
        };
    }
}
