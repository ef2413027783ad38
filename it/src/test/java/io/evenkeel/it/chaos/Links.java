package io.evenkeel.it.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Since when a backend is registered at a gateway, as it heard itself, and until when. Times are
 * milliseconds since 1970, those of registrations late rather than early. Thread-safe.
 */
final class Links {
    /** By backend and gateway: from, until. */
    private final Map<String, NavigableMap<Long, Long>> spans = new HashMap<>();

    private NavigableMap<Long, Long> of(String backend, String gateway) {
        return spans.computeIfAbsent(backend + " " + gateway, key -> new TreeMap<>());
    }

    synchronized void registered(String backend, String gateway, long now) {
        lost(backend, gateway, now);
        of(backend, gateway).put(now, Long.MAX_VALUE);
    }

    synchronized void lost(String backend, String gateway, long now) {
        of(backend, gateway).replaceAll((from, until) -> Math.min(until, now));
    }

    /** Whether it had been registered there for a second then. */
    synchronized boolean held(String backend, String gateway, long at) {
        Map.Entry<Long, Long> span = of(backend, gateway).floorEntry(at - 1_000);
        return span != null && span.getValue() >= at;
    }
}
