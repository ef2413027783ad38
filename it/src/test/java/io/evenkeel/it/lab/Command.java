package io.evenkeel.it.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A program run to its end, within ten seconds if nothing else is said. */
final class Command {
    private Command() {}

    /** Returns what it printed; anything but exit code 0 is an error that says all of it. */
    static String run(String... command) throws IOException {
        return fed("", command);
    }

    /** The same with this on its standard input. */
    static String fed(String input, String... command) throws IOException {
        return within(10, input, command);
    }

    /** The same within these seconds. */
    static String within(int seconds, String input, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            // What is run here says less than a pipe holds, so that it never waits for us.
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IOException("no end of " + Arrays.toString(command));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(
                        Arrays.toString(command)
                                + " ended with "
                                + process.exitValue()
                                + ": "
                                + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
