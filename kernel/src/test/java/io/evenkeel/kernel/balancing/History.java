package io.evenkeel.kernel.balancing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What threads saw of a shared queue, and whether a queue that does one thing at a time could have
 * shown it to them: linearizability (Herlihy and Wing 1990), decided by the search of Wing and Gong
 * with memory of the states that led nowhere. Black box: only calls and answers are recorded, each
 * with a ticket before and one after, so an operation took effect somewhere between its tickets.
 */
final class History {
    /** What is tested. Nodes are numbers from 0. */
    interface Subject {
        /** The node picked, or -1. */
        int acquire();

        void release(int node);
    }

    /** A call: whether it acquired, the node, and its tickets. */
    record Operation(boolean acquire, int node, long called, long returned) {}

    private final List<List<Operation>> threads;
    private final int nodes;
    private final int cap;
    private final Set<String> deadEnds = new HashSet<>();

    /** A history by threads, each in its own order, of a queue of that many idle nodes. */
    History(List<List<Operation>> threads, int nodes, int cap) {
        this.threads = threads;
        this.nodes = nodes;
        this.cap = cap;
    }

    /** Lets threads use a subject at once and records what they see. */
    static History record(
            List<? extends Subject> views, int nodes, int cap, int operations, long seed) {
        AtomicLong tickets = new AtomicLong();
        CountDownLatch start = new CountDownLatch(views.size());
        List<List<Operation>> histories = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            Subject view = views.get(i);
            List<Operation> history = new ArrayList<>();
            histories.add(history);
            long own = seed * 31 + i;
            Thread thread =
                    new Thread(() -> {
                        start.countDown();
                        try {
                            start.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        drive(view, history, tickets, operations, own);
                    });
            thread.setUncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                    failures.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a thread failed", failures.getFirst());
        }
        return new History(histories, nodes, cap);
    }

    private static void drive(
            Subject view, List<Operation> history, AtomicLong tickets, int operations, long seed) {
        var random = new java.util.SplittableRandom(seed);
        List<Integer> held = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            boolean acquire = held.isEmpty() || (held.size() < 6 && random.nextInt(5) < 3);
            int node = acquire ? -1 : held.remove(/* index */ random.nextInt(held.size()));
            long called = tickets.getAndIncrement();
            dawdle(random);
            if (acquire) {
                node = view.acquire();
            } else {
                view.release(node);
            }
            dawdle(random);
            history.add(new Operation(acquire, node, called, tickets.getAndIncrement()));
            if (acquire && node >= 0) {
                held.add(node);
            }
        }
    }

    /** Lets others run within the call's tickets, so that calls overlap on a busy machine too. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void dawdle(java.util.SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            Thread.yield();
        }
    }

    /** Whether calls of different threads overlapped at all: else the history proves little. */
    int overlaps() {
        int overlaps = 0;
        for (List<Operation> thread : threads) {
            for (Operation operation : thread) {
                overlaps += operation.returned() > operation.called() + 1 ? 1 : 0;
            }
        }
        return overlaps;
    }

    /** Whether some order of the operations, within their tickets, is one of the exact queue. */
    boolean isLinearizable() {
        NaiveQueue model = new NaiveQueue();
        for (int i = 0; i < nodes; i++) {
            model.join(name(i), cap);
        }
        deadEnds.clear();
        // Depth is the number of operations; a frame each, so on a stack of its own size.
        boolean[] found = new boolean[1];
        Thread search =
                new Thread(
                        null,
                        () -> found[0] = search(new int[threads.size()], model),
                        "search",
                        1 << 28);
        search.start();
        try {
            search.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return found[0];
    }

    private boolean search(int[] done, NaiveQueue model) {
        long earliestReturn = Long.MAX_VALUE;
        boolean finished = true;
        for (int i = 0; i < done.length; i++) {
            if (done[i] < threads.get(i).size()) {
                finished = false;
                earliestReturn = Math.min(earliestReturn, threads.get(i).get(done[i]).returned());
            }
        }
        if (finished) {
            return true;
        }
        String state = java.util.Arrays.toString(done) + model.fingerprint();
        if (deadEnds.contains(state)) {
            return false;
        }
        for (int i = 0; i < done.length; i++) {
            if (done[i] == threads.get(i).size()) {
                continue;
            }
            Operation next = threads.get(i).get(done[i]);
            // What was called after another returned can't come before it.
            if (next.called() > earliestReturn || !agrees(next, model)) {
                continue;
            }
            NaiveQueue after = new NaiveQueue(model);
            if (next.acquire()) {
                after.acquire();
            } else {
                after.release(name(next.node()));
            }
            done[i]++;
            boolean found = search(done, after);
            done[i]--;
            if (found) {
                return true;
            }
        }
        deadEnds.add(state);
        return false;
    }

    private static boolean agrees(Operation operation, NaiveQueue model) {
        if (!operation.acquire()) {
            return true;
        }
        String head = model.head();
        return operation.node() < 0 ? head == null : name(operation.node()).equals(head);
    }

    private static String name(int node) {
        return "n" + node;
    }
}
