package io.evenkeel.kernel.placement;

import java.util.Collections;
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
 */
public record Guest(
        String name,
        int milliCores,
        int memoryMebibytes,
        int priority,
        SortedMap<String, String> labels,
        String together,
        String apart) {
    public Guest {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
