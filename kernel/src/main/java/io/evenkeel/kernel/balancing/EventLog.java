package io.evenkeel.kernel.balancing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The last events of a queue until somebody takes them. Guarded by the queue's lock. */
final class EventLog {
    private static final int CAPACITY = 256;

    private final ArrayDeque<QueueEvent> events = new ArrayDeque<>();

    void add(QueueEvent event) {
        if (events.size() == CAPACITY) {
            events.removeFirst();
        }
        events.addLast(event);
    }

    List<QueueEvent> take() {
        if (events.isEmpty()) {
            return List.of();
        }
        List<QueueEvent> taken = new ArrayList<>(events);
        events.clear();
        return taken;
    }
}
