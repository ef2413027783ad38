package io.evenkeel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU that a process and its children have used, from {@code /proc} (proc(5), fields 14 and 15).
 */
final class CpuTime {
    /** Clock ticks a second: 100 on every Linux that this runs on (USER_HZ). */
    private static final double TICKS_PER_SECOND = 100;

    private CpuTime() {}

    /** Seconds of CPU, user and system, of the process and its living descendants. */
    static double seconds(ProcessHandle process) throws IOException {
        double sum = one(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            sum += one(child.pid());
        }
        return sum;
    }

    private static double one(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The command, in parentheses, may hold spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
