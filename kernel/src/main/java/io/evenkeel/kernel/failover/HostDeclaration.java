package io.evenkeel.kernel.failover;

import io.evenkeel.model.HostKey;
import java.util.List;

/**
 * What is declared of a host, as far as failover asks.
 *
 * @param storageAddresses from which the host reaches the storage
 * @param hyperconverged whether it also runs daemons of the storage: then its clients are fenced
 *     one by one, not its addresses
 * @param switchable whether it can be switched off from outside
 * @param maintenance whether an operator works on it and nothing has to run there: its absence is
 *     no failure
 */
public record HostDeclaration(
        HostKey host,
        List<String> storageAddresses,
        boolean hyperconverged,
        boolean switchable,
        boolean maintenance) {
    public HostDeclaration {
        storageAddresses = List.copyOf(storageAddresses);
    }
}
