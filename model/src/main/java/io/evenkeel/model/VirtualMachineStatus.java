package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of a virtual machine. */
public record VirtualMachineStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions,
        @About("The host that may run it; empty: none.") @Default("''") String host,
        @About("What is observed: running, paused, off, crashed or unknown.") @Default("unknown")
                String power,
        @About("Of the newest run; only grows. Who has an older one may not run it. 0: never ran.")
                @Default("0")
                long token,
        @About("Since when this power is observed.") Optional<Instant> since)
        implements Status {

    /** Nobody has looked yet. */
    public static final VirtualMachineStatus UNKNOWN =
            new VirtualMachineStatus(0, List.of(), "", "unknown", 0, Optional.empty());

    /** Copies the list. */
    public VirtualMachineStatus {
        conditions = List.copyOf(conditions);
    }
}
