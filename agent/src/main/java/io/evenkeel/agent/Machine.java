package io.evenkeel.agent;

import io.evenkeel.agent.core.MemoryState;
import io.evenkeel.agent.core.ProcessorTime;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The machine underneath, by what Linux tells of it. One thread. */
public final class Machine {
    private final Path proc;
    private final int cores;
    private ProcessorTime before;

    private Machine(Path proc, int cores, ProcessorTime before) {
        this.proc = proc;
        this.cores = cores;
        this.before = before;
    }

    /**
     * Looks at it.
     *
     * @param proc where Linux tells: {@code /proc}
     * @throws IOException if it does not, with what was expected
     */
    public static Machine open(Path proc) throws IOException {
        String stat = text(proc, "stat");
        int cores =
                Math.toIntExact(stat.lines().filter(line -> line.matches("cpu[0-9]+ .*")).count());
        return new Machine(proc, Math.max(1, cores), processorTime(proc, stat));
    }

    /** The kernel's id of this boot. */
    public String boot() throws IOException {
        return text(proc, "sys/kernel/random/boot_id").strip();
    }

    /**
     * What it consists of.
     *
     * @param address where others reach it
     */
    public HostInventory inventory(String address) throws IOException {
        return new HostInventory(
                address,
                System.getProperty("os.arch"),
                text(proc, "sys/kernel/osrelease").strip(),
                cores,
                memory().total());
    }

    /** What has been in use since the last call, or since it was opened. */
    public HostUse use(Instant at) throws IOException {
        ProcessorTime now = processorTime(proc, text(proc, "stat"));
        int busy = now.busyMillicores(before, cores);
        before = now;
        return new HostUse(at, busy, memory().used());
    }

    private MemoryState memory() throws IOException {
        return MemoryState.read(text(proc, "meminfo"))
                .orElseThrow(() ->
                        new IOException(
                                proc.resolve("meminfo")
                                        + ": no MemTotal or MemAvailable (expected: both, in kB)"));
    }

    private static ProcessorTime processorTime(Path proc, String stat) throws IOException {
        return ProcessorTime.read(stat)
                .orElseThrow(() ->
                        new IOException(
                                proc.resolve("stat")
                                        + ": no line of all processors (expected: cpu and at least"
                                        + " eight numbers first)"));
    }

    private static String text(Path proc, String name) throws IOException {
        return Files.readString(proc.resolve(name));
    }
}
