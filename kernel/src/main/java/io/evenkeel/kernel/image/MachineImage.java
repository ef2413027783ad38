package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;

/**
 * A virtual machine that is declared; the metadata's revision is its record's last write.
 *
 * @param status what is observed of it; {@link VirtualMachineStatus#UNKNOWN} before anybody looked
 * @param statusRevision of the last write of the status; 0 while there is none
 */
public record MachineImage(
        MachineKey key,
        Metadata metadata,
        VirtualMachineSpec spec,
        VirtualMachineStatus status,
        long statusRevision) {}
