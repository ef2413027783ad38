package io.evenkeel.agent.core;

import java.util.Optional;

/**
 * What the processors of a machine have done since it was booted, in ticks of all of them together.
 *
 * @param busy ticks in which something ran
 * @param all ticks that passed
 */
public record ProcessorTime(long busy, long all) {
    /** Columns of the line: user nice system idle iowait irq softirq steal. */
    private static final int COLUMNS = 8;

    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /** Reads the first line of Linux's {@code /proc/stat}; empty if it is none. */
    public static Optional<ProcessorTime> read(String stat) {
        String line = stat.lines().findFirst().orElse("");
        String[] words = line.strip().split("\\s+", -1);
        if (!words[0].equals("cpu") || words.length <= COLUMNS) {
            return Optional.empty();
        }
        long all = 0;
        long idle = 0;
        for (int i = 0; i < COLUMNS; i++) {
            String word = words[i + 1];
            if (word.length() > 18 || !word.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            long ticks = Long.parseLong(word);
            all += ticks;
            idle += i == IDLE || i == WAITING ? ticks : 0;
        }
        return Optional.of(new ProcessorTime(all - idle, all));
    }

    /**
     * Of this many cores, how many were in use between an earlier reading and this one, in
     * thousandths; 0 if no time has passed.
     */
    public int busyMillicores(ProcessorTime earlier, int cores) {
        long passed = all - earlier.all;
        long used = Math.clamp(busy - earlier.busy, 0, Math.max(0, passed));
        return passed <= 0 ? 0 : (int) (used * cores * 1_000L / passed);
    }
}
