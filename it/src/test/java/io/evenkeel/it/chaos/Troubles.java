package io.evenkeel.it.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was done to whom and when, noted a moment before it is done and a moment after it is undone:
 * what is judged by it is judged too mildly rather than too hard. Times are milliseconds since
 * 1970. Thread-safe.
 */
final class Troubles {
    /** What is the matter. */
    enum What {
        /** The process is not there. */
        DOWN,
        /** It is there and does not serve yet. */
        STARTING,
        /** It is stopped. */
        PAUSED,
        /** No packet passes. */
        CUT,
        /** Some are lost. */
        LOSSY
    }

    /** One of them, to be ended. */
    final class Trouble {
        private final What what;
        private final long from;
        private long to = Long.MAX_VALUE;
        private long surelyTo = Long.MAX_VALUE;

        private Trouble(What what, long from) {
            this.what = what;
            this.from = from;
        }

        /** It is about to be undone. */
        void ending(long now) {
            synchronized (Troubles.this) {
                surelyTo = now;
            }
        }

        /** It was undone. */
        void over(long now) {
            synchronized (Troubles.this) {
                surelyTo = Math.min(surelyTo, now);
                to = now;
            }
        }

        private boolean meets(long begin, long end) {
            return from <= end && to >= begin;
        }
    }

    private final Cast cast;
    private final Map<String, List<Trouble>> byPlace = new HashMap<>();

    Troubles(Cast cast) {
        this.cast = cast;
    }

    /** Begins one of a process. */
    Trouble begin(What what, String process, long now) {
        return note(what, process, now);
    }

    /** Begins one of what is sent from one machine to another. */
    Trouble begin(What what, String from, String to, long now) {
        return note(what, from + ">" + to, now);
    }

    private synchronized Trouble note(What what, String place, long now) {
        Trouble trouble = new Trouble(what, now);
        byPlace.computeIfAbsent(place, key -> new ArrayList<>()).add(trouble);
        return trouble;
    }

    private List<Trouble> at(String place) {
        return byPlace.getOrDefault(place, List.of());
    }

    private boolean none(String place, long begin, long end) {
        return at(place).stream().noneMatch(trouble -> trouble.meets(begin, end));
    }

    /** Whether nothing was done to this process in all this time. */
    synchronized boolean sound(String process, long begin, long end) {
        return none(process, begin, end);
    }

    /** Whether nothing was lost between these two in all this time, in either direction. */
    synchronized boolean whole(String one, String other, long begin, long end) {
        return none(one + ">" + other, begin, end) && none(other + ">" + one, begin, end);
    }

    /** Whether a gateway could reach this backend in all this time. */
    synchronized boolean reaches(String gateway, String backend, long begin, long end) {
        return sound(backend, begin, end) && whole(gateway, backend, begin, end);
    }

    /** Whether a gateway was there for clients in all this time. */
    synchronized boolean serves(String gateway, long begin, long end) {
        return sound(gateway, begin, end) && whole(Cast.CLIENTS, gateway, begin, end);
    }

    /** Whether a gateway could reach any backend in all this time. */
    synchronized boolean reachesOne(String gateway, long begin, long end) {
        return cast.backends().stream().anyMatch(backend -> reaches(gateway, backend, begin, end));
    }

    /** Whether it could reach all of them. */
    synchronized boolean reachesAll(String gateway, long begin, long end) {
        return cast.backends().stream().allMatch(backend -> reaches(gateway, backend, begin, end));
    }

    /** A gateway and a backend over which requests could go in all this time; empty: none. */
    synchronized String path(long begin, long end) {
        for (String gateway : cast.gateways()) {
            if (serves(gateway, begin, end)) {
                for (String backend : cast.backends()) {
                    if (reaches(gateway, backend, begin, end)) {
                        return gateway + " and " + backend;
                    }
                }
            }
        }
        return "";
    }

    /**
     * Since when, without a break, nothing of this backend can have been heard at a gateway; the
     * time asked about if it can be heard then.
     */
    synchronized long silentSince(String gateway, String backend, long at) {
        List<Trouble> silences = new ArrayList<>();
        at(backend).stream().filter(one -> one.what != What.STARTING).forEach(silences::add);
        at(backend + ">" + gateway).stream()
                .filter(one -> one.what == What.CUT)
                .forEach(silences::add);
        long since = at;
        boolean earlier = true;
        while (earlier) {
            earlier = false;
            for (Trouble silence : silences) {
                if (silence.from < since && silence.surelyTo >= since) {
                    since = silence.from;
                    earlier = true;
                }
            }
        }
        return since;
    }

    /** For how long of this time a process was stopped. */
    synchronized long pausedMillis(String process, long begin, long end) {
        return at(process).stream()
                .filter(trouble -> trouble.what == What.PAUSED)
                .mapToLong(trouble -> Math.min(trouble.to, end) - Math.max(trouble.from, begin))
                .filter(millis -> millis > 0)
                .sum();
    }
}
