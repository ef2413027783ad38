package io.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * Programs of others that a test needs. In CI their absence is a failure; elsewhere the test is
 * skipped with the reason.
 */
public final class Programs {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"));

    private Programs() {}

    /** Where it is. */
    public static Path require(String program) throws IOException {
        for (Path place : PLACES) {
            if (Files.isExecutable(place.resolve(program))) {
                return place.resolve(program);
            }
        }
        return missing(program);
    }

    /** Of something that is not a program on the path. */
    static Path require(Path file) throws IOException {
        return Files.exists(file) ? file : missing(file.toString());
    }

    /** Of the rights that only root has. */
    public static void requireRoot() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            Path ignored = absent("this test makes network namespaces, which only root may");
        }
    }

    private static Path missing(String what) throws IOException {
        return absent(what + " is not installed; ./check installs it on Debian (dev/setup)");
    }

    private static Path absent(String message) throws IOException {
        if ("true".equals(System.getenv("CI"))) {
            throw new IOException(message);
        }
        throw new TestAbortedException(message);
    }
}
