package io.evenkeel.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a command printed, and its exit code. */
record Output(int code, String text) {
    /** Runs to the end, within a minute and a half. */
    static Output of(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("no end of " + builder.command());
        }
        return new Output(process.exitValue(), text);
    }
}
