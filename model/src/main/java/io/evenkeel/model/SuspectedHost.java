package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import java.time.Instant;
import java.util.Optional;

/** Why an endpoint is suspected: for its host. */
public record SuspectedHost(
        @About(
                        "The host that it is on, or was on when it registered, if its machine was recovered since.")
                String host,
        @About("Since when nothing was heard of that host; absent once it is trusted again.")
                Optional<Instant> since) {}
