package io.evenkeel.app;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a process has started, closed in the opposite order. */
final class Parts implements AutoCloseable {
    /** Something to close; named for what goes wrong while closing. */
    private record Part(String name, AutoCloseable part) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    /** Takes in what was just started. */
    synchronized <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.part().close();
            } catch (Exception failed) {
                System.err.println("evenkeel: closing the " + part.name() + ": " + failed);
            }
        }
    }
}
