package io.evenkeel.kernel.placement;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A machine to be placed.
 *
 * @param name of the machine, with its tenant
 * @param milliCores processor it is given, thousandths of a core
 * @param memoryMebibytes memory it is given
 * @param priority greater ones are placed first
 * @param labels that its host must have, with these values
 * @param together with the other machines of this name on one host; empty: no matter
 * @param apart from the other machines of this name, each on a host of its own; empty: no matter
 * @param bound names of the hosts that have its disks: it runs on the one, or nowhere if there are
 *     several; none: anywhere
 */
public record Guest(
        String name,
        int milliCores,
        int memoryMebibytes,
        int priority,
        SortedMap<String, String> labels,
        String together,
        String apart,
        List<String> bound) {
    /** A machine that may run anywhere. */
    public Guest(
            String name,
            int milliCores,
            int memoryMebibytes,
            int priority,
            SortedMap<String, String> labels,
            String together,
            String apart) {
        this(name, milliCores, memoryMebibytes, priority, labels, together, apart, List.of());
    }

    public Guest {
        bound = List.copyOf(bound);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
