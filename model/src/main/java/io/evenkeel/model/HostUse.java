package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Size;
import java.time.Instant;

/** How much of a machine is in use, as its agent measured it. */
public record HostUse(
        @About("When it was measured.") Instant at,
        @About("Processor time in use since the measurement before, in thousandths of a core.")
                int busyMillicores,
        @About("Memory that could not be had without swapping.") Size memoryUsed) {}
