package io.evenkeel.kernel.decision;

import java.util.List;

/**
 * One decision of one loop about one object.
 *
 * @param atMillis wall clock when it was made, milliseconds since 1970 UTC
 * @param loop name of the loop that decided, such as {@code registry}
 * @param imageRevision store revision of the image it decided on
 * @param inputs what it looked at, in the order it looked
 * @param rule the rule that fired, in kebab-case, such as {@code newer-incarnation-wins}
 * @param outcome what it did, in one sentence
 * @param refused what it turned down, and why
 */
public record DecisionRecord(
        long atMillis,
        String loop,
        long imageRevision,
        List<Input> inputs,
        String rule,
        String outcome,
        List<Refused> refused) {

    /**
     * One thing a decision looked at.
     *
     * @param name such as {@code incarnation}
     * @param value as text, with its unit where it has one
     */
    public record Input(String name, String value) {}

    /**
     * One alternative that was turned down.
     *
     * @param alternative what would have been done
     * @param reason why it was not, in one sentence
     */
    public record Refused(String alternative, String reason) {}

    public DecisionRecord {
        inputs = List.copyOf(inputs);
        refused = List.copyOf(refused);
    }

    /** A decision that turned nothing down. */
    public static DecisionRecord of(
            long atMillis,
            String loop,
            long imageRevision,
            String rule,
            String outcome,
            List<Input> inputs) {
        return new DecisionRecord(atMillis, loop, imageRevision, inputs, rule, outcome, List.of());
    }
}
