package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** A kernel that the hypervisor starts itself, in place of what is on the first disk. */
public record DirectBoot(
        @About("Path of the kernel, the same on every host.") String kernel,
        @About("Path of the initial file system, the same on every host; empty: none.")
                @Default("''")
                String initrd,
        @About("What the kernel is told.") @Default("''") String commandLine)
        implements Checked {

    /** What the x86 kernel takes (COMMAND_LINE_SIZE), with its closing zero. */
    private static final int MAX_COMMAND_LINE = 2_047;

    @Override
    public void check(Checks checks) {
        Names.checkFile(checks, "kernel", kernel);
        if (!initrd.isEmpty()) {
            Names.checkFile(checks, "initrd", initrd);
        }
        if (!Names.isText(commandLine, MAX_COMMAND_LINE)) {
            checks.problem(
                    "commandLine",
                    commandLine,
                    "at most " + MAX_COMMAND_LINE + " characters without control characters",
                    "");
        }
    }
}
