package io.evenkeel.host.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One driver process: lines to it, lines from it, its end. Ended by SIGKILL only, which no library
 * withstands. Thread-safe.
 */
final class DriverProcess {
    /** Who is told; each call on the thread that reads. */
    interface Listener {
        void said(DriverProcess by, Line line);

        /** Once, the last call. */
        void ended(DriverProcess it, String how);
    }

    private final Process process;
    private final Listener listener;

    /** Lines not yet written, while a thread writes; bounded by the calls that may be under way. */
    private @Nullable ArrayDeque<String> unwritten;

    private DriverProcess(Process process, Listener listener) {
        this.process = process;
        this.listener = listener;
    }

    static DriverProcess start(String name, List<String> command, Listener listener)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // What the libraries print is repeated in their errors, in this language.
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        DriverProcess started = new DriverProcess(builder.start(), listener);
        // A platform thread: reading a pipe would hold a carrier.
        Thread.ofPlatform().daemon().name("driver " + name).start(started::read);
        return started;
    }

    private void read() {
        String how;
        try {
            LineReader lines = new LineReader(process.getInputStream());
            for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                listener.said(this, Line.read(line.get()));
            }
            how = "it ended with " + exitCode();
        } catch (IllegalArgumentException rubbish) {
            how = "it made no sense: " + shortened(rubbish);
        } catch (IOException failed) {
            how = "it could not be read: " + shortened(failed);
        }
        process.destroyForcibly();
        listener.ended(this, how);
    }

    private String exitCode() {
        try {
            return Integer.toString(process.onExit().get().exitValue());
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            return "?";
        }
    }

    private static String shortened(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.length() > 200 ? message.substring(0, 200) : message;
    }

    /** Writes it soon; never waits for the process to read. */
    void say(Line line) {
        synchronized (this) {
            if (unwritten != null) {
                unwritten.add(line.written());
                return;
            }
            unwritten = new ArrayDeque<>(List.of(line.written()));
        }
        Thread.startVirtualThread(this::write);
    }

    private void write() {
        while (true) {
            String next;
            synchronized (this) {
                ArrayDeque<String> lines = unwritten;
                next = lines == null ? null : lines.poll();
                if (next == null) {
                    unwritten = null;
                    return;
                }
            }
            try {
                process.getOutputStream().write(next.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException ended) {
                // The thread that reads says so; until then lines are collected and forgotten.
                return;
            }
        }
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly();
    }
}
