package io.evenkeel.app;

import io.evenkeel.host.DriverRun;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Calls native libraries for another process of ours, which started it and speaks to it on its
 * standard streams. It has to be a process: a call that hangs ends by no other means.
 */
@Command(name = "driver", hidden = true)
final class DriverCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KIND", description = "libvirt or ceph")
    private String kind = "";

    @Override
    public Integer call() throws IOException {
        DriverRun.untilItsInputEnds(kind);
        // At once: what hangs in a library would keep an orderly end waiting.
        Runtime.getRuntime().halt(0);
        return 0;
    }
}
