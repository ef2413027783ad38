package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** How long is waited for an endpoint. */
public record Timeouts(
        @About("For a connection to an endpoint.") @Default("5s") @Range(min = "1ms", max = "10m")
                Duration connect,
        @About("From the request's head to the reply's head, attempts included; 0s: no limit.")
                @Default("60s")
                @Range(min = "0s", max = "24h")
                Duration request,
        @About("The longest silence while bodies or upgraded bytes pass; 0s: no limit.")
                @Default("60s")
                @Range(min = "0s", max = "24h")
                Duration idle,
        @About("An unused connection to an endpoint is kept this long.")
                @Default("60s")
                @Range(min = "0s", max = "24h")
                Duration keepAlive,
        @About("A draining endpoint's requests may run this long before they are cut.")
                @Default("30s")
                @Range(min = "0s", max = "24h")
                Duration drain) {

    /** Every default. */
    public static Timeouts defaults() {
        return Binder.defaults(Timeouts.class);
    }
}
