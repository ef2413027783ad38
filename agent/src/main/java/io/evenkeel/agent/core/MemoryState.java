package io.evenkeel.agent.core;

import io.evenkeel.model.bind.Size;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A machine's memory.
 *
 * @param total what the kernel manages
 * @param available what programs could get without swapping
 */
public record MemoryState(Size total, Size available) {
    /** Reads Linux's {@code /proc/meminfo}; empty if it is none. */
    public static Optional<MemoryState> read(String meminfo) {
        OptionalLong total = kibibytes(meminfo, "MemTotal:");
        OptionalLong available = kibibytes(meminfo, "MemAvailable:");
        return total.isEmpty() || available.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new MemoryState(
                                new Size(total.getAsLong() << 10),
                                new Size(available.getAsLong() << 10)));
    }

    private static OptionalLong kibibytes(String meminfo, String name) {
        return meminfo.lines()
                .filter(line -> line.startsWith(name) && line.endsWith(" kB"))
                .map(line -> line.substring(name.length(), line.length() - 3).strip())
                .filter(number -> number.matches("[0-9]{1,15}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** What is in use. */
    public Size used() {
        return new Size(Math.max(0, total.bytes() - available.bytes()));
    }
}
