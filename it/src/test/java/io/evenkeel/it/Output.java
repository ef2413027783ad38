package io.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What a command printed, and its exit code. */
record Output(int code, String text) {
    /** Runs to the end, within a minute and a half. */
    static Output of(ProcessBuilder builder) throws IOException, InterruptedException {
        // To a file: reading a pipe to its end would wait for as long as the command runs.
        Path printed = Files.createTempFile("evenkeel-it", ".out");
        try {
            Process process =
                    builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(
                        "no end of " + builder.command() + ":\n" + Files.readString(printed));
            }
            return new Output(process.exitValue(), Files.readString(printed));
        } finally {
            Files.delete(printed);
        }
    }
}
