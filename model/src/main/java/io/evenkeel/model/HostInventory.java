package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Size;

/** What a machine consists of, as its agent found it when it started. */
public record HostInventory(
        @About("Where others reach the machine.") String address,
        @About("Of the processor, as the kernel calls it.") @Default("''") String architecture,
        @About("Release of the kernel.") @Default("''") String kernel,
        @About("Processors that are online.") int cores,
        @About("Memory that the kernel manages.") Size memory) {}
