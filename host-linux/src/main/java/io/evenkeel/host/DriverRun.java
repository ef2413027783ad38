package io.evenkeel.host;

import io.evenkeel.host.ceph.CephHandler;
import io.evenkeel.host.driver.DriverLoop;
import io.evenkeel.host.driver.Handler;
import io.evenkeel.host.libvirt.LibvirtHandler;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/** What a driver process does from its start to its end. */
public final class DriverRun {
    private DriverRun() {}

    /**
     * A driver process with nothing else around it, which starts in half the time of a command of
     * {@code evenkeel}.
     *
     * @param kind one argument: {@code libvirt} or {@code ceph}
     */
    public static void main(String[] kind) throws IOException {
        untilItsInputEnds(kind.length == 1 ? kind[0] : "");
        // At once: what hangs in a library would keep an orderly end waiting.
        Runtime.getRuntime().halt(0);
    }

    /**
     * Answers on standard output what standard input asks, until that ends; then returns although a
     * call may hang, so that whoever called this has to end the process at once.
     *
     * @param kind {@code libvirt} or {@code ceph}
     * @throws IllegalArgumentException if it is neither
     */
    public static void untilItsInputEnds(String kind) throws IOException {
        Handler handler =
                switch (kind) {
                    case "libvirt" -> new LibvirtHandler();
                    case "ceph" -> new CephHandler();
                    default ->
                            throw new IllegalArgumentException(
                                    "driver: " + kind + " (expected: libvirt or ceph)");
                };
        try (FileInputStream in = new FileInputStream(FileDescriptor.in);
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            DriverLoop.run(handler, in, out);
        }
    }
}
