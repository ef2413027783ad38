package io.evenkeel.control.api;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the API has done since it started. Thread-safe. */
public final class ApiCounters {
    /** Methods counted apart; the rest is counted together. */
    public enum Method {
        /** Reads. */
        GET,
        /** Applies and verbs. */
        POST,
        /** Applies. */
        PUT,
        /** Deletes. */
        DELETE,
        /** Everything else. */
        OTHER
    }

    private final Map<Method, LongAdder[]> byMethodAndClass = new EnumMap<>(Method.class);
    private final LongAdder nanos = new LongAdder();
    private final AtomicLong openWatches = new AtomicLong();
    private final LongAdder cutWatches = new LongAdder();

    /** All zero. */
    public ApiCounters() {
        for (Method method : Method.values()) {
            LongAdder[] classes = new LongAdder[6];
            Arrays.setAll(classes, hundreds -> new LongAdder());
            byMethodAndClass.put(method, classes);
        }
    }

    void answered(String method, int status, long tookNanos) {
        Method counted =
                switch (method) {
                    case "GET", "HEAD" -> Method.GET;
                    case "POST" -> Method.POST;
                    case "PUT" -> Method.PUT;
                    case "DELETE" -> Method.DELETE;
                    default -> Method.OTHER;
                };
        counter(counted, Math.clamp(status / 100, 0, 5)).increment();
        nanos.add(tookNanos);
    }

    private LongAdder counter(Method method, int hundreds) {
        return Objects.requireNonNull(byMethodAndClass.get(method))[hundreds];
    }

    /** Opens a watch if fewer than {@code most} are open. */
    boolean openWatch(int most) {
        if (openWatches.incrementAndGet() <= most) {
            return true;
        }
        openWatches.decrementAndGet();
        return false;
    }

    void closeWatch() {
        openWatches.decrementAndGet();
    }

    void cutWatch() {
        cutWatches.increment();
    }

    /** Requests answered with a status of the class {@code hundreds}: 2 for 200-299. */
    public long requests(Method method, int hundreds) {
        return counter(method, hundreds).sum();
    }

    /** Time spent answering, in nanoseconds; a watch counts until its first line. */
    public long nanos() {
        return nanos.sum();
    }

    /** Watches open now. */
    public long openWatches() {
        return openWatches.get();
    }

    /** Watches cut because their reader was too slow. */
    public long cutWatches() {
        return cutWatches.sum();
    }
}
