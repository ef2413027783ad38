package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import java.time.Instant;

/** What an operator set on an endpoint or a service by a verb, beside what its spec says. */
public record OperatorWord(
        @About("What was set: drain or maint.") AdminState adminState,
        @About("Why, in the operator's words; may be empty.") String reason,
        @About("Who set it.") String by,
        @About("When it was set.") Instant at) {}
