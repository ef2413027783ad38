package io.evenkeel.link;

import java.util.List;

/**
 * A gateway's answer that a registration does not stand, or the reason that it cut a link with.
 *
 * @param code one word, as {@code docs/link-protocol.md} lists them
 * @param problems at least one sentence
 * @param retryAfterMillis how long to wait before the next attempt; negative: no further attempt
 */
public record Refusal(String code, List<String> problems, long retryAfterMillis) {
    public Refusal {
        problems = List.copyOf(problems);
    }

    /** Whether dialling again makes sense. */
    public boolean permanent() {
        return retryAfterMillis < 0;
    }

    @Override
    public String toString() {
        return code + ": " + String.join("; ", problems);
    }
}
