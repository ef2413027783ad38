package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Size;

/** How much of a request is passed on. */
public record RequestLimits(
        @About(
                        "The largest body, as it comes (a chunked one with its framing); a larger one is refused with 413. 0B: no limit.")
                @Default("0B")
                Size maxBody) {

    /** Every default. */
    public static RequestLimits defaults() {
        return Binder.defaults(RequestLimits.class);
    }
}
