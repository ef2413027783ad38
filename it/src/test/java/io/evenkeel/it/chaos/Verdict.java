package io.evenkeel.it.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Promises that were broken, each as a sentence. Thread-safe. */
final class Verdict {
    /** The first ones say enough. */
    private static final int MOST = 10;

    private final Consumer<String> told;
    private final List<String> broken = new ArrayList<>();

    /** A verdict that is told at once. */
    Verdict(Consumer<String> told) {
        this.told = told;
    }

    synchronized void broken(String promise, String seen) {
        if (broken.size() < MOST) {
            broken.add(promise + "; seen: " + seen);
            told.accept(broken.getLast());
        }
    }

    synchronized List<String> all() {
        return List.copyOf(broken);
    }

    synchronized boolean clean() {
        return broken.isEmpty();
    }
}
