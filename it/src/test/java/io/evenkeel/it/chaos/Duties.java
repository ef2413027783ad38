package io.evenkeel.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives whoever leads something to write: each control has a file of its own to keep applied, which
 * says whose it is and changes every three seconds.
 */
final class Duties implements AutoCloseable {
    private static final long EVERY_MILLIS = 3_000;

    private final List<Thread> threads = new ArrayList<>();

    Duties(Stage stage) {
        for (String control : stage.cast.controls()) {
            Path folder = stage.duties(control);
            threads.add(Thread.ofVirtual().start(() -> change(folder, control)));
        }
    }

    private static void change(Path folder, String control) {
        try {
            for (int number = 1; true; number++) {
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
                declare(folder, control, number);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file of this control's folder, whole. */
    static void declare(Path folder, String control, int number) throws IOException {
        String text =
                """
                apiVersion: evenkeel.io/v1
                kind: Policy
                metadata: {name: %s, labels: {by: %s, number: "%d"}}
                spec: {}
                """
                        .formatted(HistoryJudge.DUTY, control, number);
        // Beside the folder: every file in it is read.
        Path part = folder.resolveSibling(control + ".part");
        Files.writeString(part, text);
        Path file = folder.resolve("duty.yaml");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
