package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** What is tried again: only what was not sent, or is safe to repeat and has no reply yet. */
public record Retries(
        @About("Extra attempts of a request at most; 0: none.")
                @Default("2")
                @Range(min = "0", max = "10")
                int attempts,
        @About("Retries may be this share of the requests in flight.")
                @Default("20")
                @Range(min = "0", max = "100")
                int budgetPercent,
        @About("So many retries a second are always allowed, whatever the share.")
                @Default("10")
                @Range(min = "0", max = "1000000")
                int minRetriesPerSecond,
        @About("The longest wait for the head of a reply before another attempt; 0s: no limit.")
                @Default("0s")
                @Range(min = "0s", max = "1h")
                Duration perTryTimeout) {

    /** Every default. */
    public static Retries defaults() {
        return Binder.defaults(Retries.class);
    }
}
