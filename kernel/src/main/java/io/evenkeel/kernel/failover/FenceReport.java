package io.evenkeel.kernel.failover;

import java.util.List;
import java.util.Optional;

/**
 * What was seen of a fence after it was set; never a command's exit code.
 *
 * @param listed what the storage lists as refused, of what was asked for
 * @param refusedIo whether a write of a fenced client was tried and refused
 * @param watchersGone whether no client of the host is listed on any of its disks any more
 * @param detail in the executor's words
 */
public record FenceReport(
        List<String> listed, boolean refusedIo, boolean watchersGone, String detail) {
    public FenceReport {
        listed = List.copyOf(listed);
    }

    /** An attempt of which nothing is proven. */
    public static FenceReport failed(String why) {
        return new FenceReport(List.of(), false, false, why);
    }

    /** How the fence of this host is proven; empty if it is not. */
    Optional<String> proof(HostDeclaration host) {
        if (!host.hyperconverged() && !listed.containsAll(host.storageAddresses())) {
            return Optional.empty();
        }
        if (refusedIo) {
            return Optional.of("listed, and a write was refused: " + detail);
        }
        return watchersGone
                ? Optional.of("listed, and no client is left on its disks: " + detail)
                : Optional.empty();
    }
}
