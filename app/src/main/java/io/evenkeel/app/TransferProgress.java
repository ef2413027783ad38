package io.evenkeel.app;

import io.evenkeel.store.transfer.Progress;
import java.io.PrintStream;
import java.time.Duration;

/** Says on a stream how far a transfer has come, when it takes long enough to ask. */
final class TransferProgress implements Progress {
    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final PrintStream out;
    private long toldNanos = System.nanoTime();

    TransferProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void at(String step, long done, long total) {
        long now = System.nanoTime();
        if (now - toldNanos >= EVERY_NANOS) {
            toldNanos = now;
            out.println("evenkeel store: " + step + ": " + done + " of " + total);
        }
    }
}
