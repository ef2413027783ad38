package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a host that may take machines.
 *
 * @param online whether it lives, is not in question, and takes machines
 * @param milliCores processor that machines may be given, what is reserved left out; thousandths of
 *     a core
 * @param memoryMebibytes memory that they may be given, what is reserved left out
 * @param usedMilliCores measured use
 * @param usedMemoryMebibytes measured use
 * @param ageMillis of the two measurements
 * @param labels of the host
 * @param guests that run there or are promised to it
 * @param promised how many of the guests, the last ones, the measurements do not show yet
 */
public record HostFigures(
        HostKey host,
        boolean online,
        int milliCores,
        int memoryMebibytes,
        int usedMilliCores,
        int usedMemoryMebibytes,
        long ageMillis,
        SortedMap<String, String> labels,
        List<Guest> guests,
        int promised) {
    public HostFigures {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        guests = List.copyOf(guests);
        if (promised < 0 || promised > guests.size()) {
            throw new IllegalArgumentException(
                    "promised: " + promised + " (expected: 0.." + guests.size() + ")");
        }
    }
}
