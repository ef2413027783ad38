package io.evenkeel.app.demo;

import io.evenkeel.app.ReadyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of this distribution, started by its own launcher. Its output goes to a file beside its
 * ready file. Ended by {@link #close}; only this process is ever signalled, by its pid.
 */
public final class Launched implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final Path readyFile;

    private Launched(String name, Process process, Path log, Path readyFile) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.readyFile = readyFile;
    }

    /** Starts {@code evenkeel ARGUMENTS --ready-file …} with its files in a folder that exists. */
    public static Launched start(String name, Path folder, List<String> arguments)
            throws IOException {
        return start(name, folder, List.of(), arguments);
    }

    /**
     * The same by a command that goes before it and becomes it, as {@code env NAME=VALUE} does: for
     * other surroundings.
     */
    public static Launched start(
            String name, Path folder, List<String> before, List<String> arguments)
            throws IOException {
        Path ready = folder.resolve(name + ".ready");
        Files.deleteIfExists(ready);
        List<String> command = new ArrayList<>(before);
        command.add(launcher().toString());
        command.addAll(arguments);
        command.add("--ready-file");
        command.add(ready.toString());
        Path log = folder.resolve(name + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        process.getOutputStream().close();
        return new Launched(name, process, log, ready);
    }

    /** The launcher script of the distribution that runs. */
    public static Path launcher() {
        return home().resolve("evenkeel");
    }

    /** The folder of the distribution that runs. */
    public static Path home() {
        String home = System.getProperty("evenkeel.home");
        if (home == null) {
            throw new IllegalStateException(
                    "the property evenkeel.home is not set; start this through the launcher script");
        }
        return Path.of(home);
    }

    /** Waits until it has written its ready file, and returns what that says; else ends it. */
    public ReadyFile awaitReady(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!Files.exists(readyFile)) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended with " + process.exitValue() + ":\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                close();
                throw new IOException(name + " was not ready within " + limit + ":\n" + tail());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return ReadyFile.parse(Files.readString(readyFile));
    }

    /** SIGKILL: no last word. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM: a polite end. */
    public void terminate() {
        process.destroy();
    }

    /** Sends a signal that the JDK has no call for, by its name: STOP, CONT. */
    public void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    }

    /** Waits for its end. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitValue() {
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The file with everything it printed. */
    public Path log() {
        return log;
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Ends it: politely first, after three seconds by force. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
