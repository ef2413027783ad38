package io.evenkeel.kernel.image;

import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostPort;
import java.util.Optional;

/**
 * The value of a host's key ({@link io.evenkeel.model.Keys#hostAlive}), which its agent holds under
 * a lease: as long as the key is there, the host says that it lives.
 *
 * @param instance nonce of this run of the agent
 * @param boot the kernel's id of this boot of the machine
 * @param version of the software the agent runs
 * @param sinceMillis wall clock when it took the key, milliseconds since 1970 UTC
 * @param inventory what the machine consists of
 * @param asked where other hosts' agents ask this one, absent: nowhere
 */
public record HostRecord(
        String instance,
        String boot,
        String version,
        long sinceMillis,
        HostInventory inventory,
        Optional<HostPort> asked) {

    /** Of an agent that nobody asks. */
    public HostRecord(
            String instance,
            String boot,
            String version,
            long sinceMillis,
            HostInventory inventory) {
        this(instance, boot, version, sinceMillis, inventory, Optional.empty());
    }
}
