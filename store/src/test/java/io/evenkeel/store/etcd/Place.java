package io.evenkeel.store.etcd;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Where a process of a test runs: on this machine, or on one that the test plays.
 *
 * @param host by which others reach it
 * @param before a command that starts another one there and becomes it; empty: nothing is needed
 * @param callers its threads are there, so that they reach what listens on that machine's loopback
 */
public record Place(String host, List<String> before, Executor callers) {
    /** This machine, by its loopback. */
    public static final Place HERE =
            new Place("127.0.0.1", List.of(), Executors.newVirtualThreadPerTaskExecutor());

    public Place {
        before = List.copyOf(before);
    }
}
