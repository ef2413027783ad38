package io.evenkeel.control.api;

import io.evenkeel.kernel.observe.MetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
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

    /** The counters as metrics. */
    public List<MetricFamily> metrics() {
        List<MetricFamily.Sample> requests = new ArrayList<>();
        for (Method method : Method.values()) {
            for (int hundreds = 2; hundreds <= 5; hundreds++) {
                requests.add(
                        new MetricFamily.Value(
                                List.of(
                                        new MetricFamily.Label(
                                                "method", method.name().toLowerCase(Locale.ROOT)),
                                        new MetricFamily.Label("status", hundreds + "xx")),
                                counter(method, hundreds).sum()));
            }
        }
        return List.of(
                new MetricFamily(
                        "evenkeel_api_requests",
                        MetricFamily.Type.COUNTER,
                        "Requests answered by the API.",
                        "",
                        requests),
                one(
                        "evenkeel_api_request_seconds",
                        MetricFamily.Type.COUNTER,
                        "Time spent answering; a watch counts until its first line.",
                        "seconds",
                        nanos.sum() / 1e9),
                one(
                        "evenkeel_api_watches_open",
                        MetricFamily.Type.GAUGE,
                        "Watches open now.",
                        "",
                        (double) openWatches.get()),
                one(
                        "evenkeel_api_watches_cut",
                        MetricFamily.Type.COUNTER,
                        "Watches that ended because their reader went away or did not read.",
                        "",
                        (double) cutWatches.sum()));
    }

    private static MetricFamily one(
            String name, MetricFamily.Type type, String help, String unit, double value) {
        return new MetricFamily(
                name, type, help, unit, List.of(new MetricFamily.Value(List.of(), value)));
    }
}
