package io.evenkeel.gateway;

import io.evenkeel.gateway.net.LoopStats;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.kernel.observe.MetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Metrics of the loops themselves: whether they keep up. */
final class LoopMetrics {
    private LoopMetrics() {}

    static List<MetricFamily> of(List<? extends NetLoop> loops) {
        return List.of(
                family(
                        loops,
                        "evenkeel_loop_turns",
                        MetricFamily.Type.COUNTER,
                        "Turns of an event loop.",
                        "",
                        LoopStats::turns),
                family(
                        loops,
                        "evenkeel_loop_longest_stall_seconds",
                        MetricFamily.Type.GAUGE,
                        "The longest an event loop didn't look for events.",
                        "seconds",
                        s -> s.longestStallNanos() / 1e9),
                family(
                        loops,
                        "evenkeel_loop_lost_seconds",
                        MetricFamily.Type.COUNTER,
                        "Time in which an event loop was kept from running.",
                        "seconds",
                        s -> s.lostNanos() / 1e9),
                family(
                        loops,
                        "evenkeel_loop_accepted_connections",
                        MetricFamily.Type.COUNTER,
                        "Connections accepted.",
                        "",
                        LoopStats::accepted),
                family(
                        loops,
                        "evenkeel_loop_accept_failures",
                        MetricFamily.Type.COUNTER,
                        "Accepts that failed for lack of descriptors.",
                        "",
                        LoopStats::acceptFailures));
    }

    private static MetricFamily family(
            List<? extends NetLoop> loops,
            String name,
            MetricFamily.Type type,
            String help,
            String unit,
            ToDoubleFunction<LoopStats> figure) {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            samples.add(
                    new MetricFamily.Value(
                            List.of(new MetricFamily.Label("loop", Integer.toString(i))),
                            figure.applyAsDouble(loops.get(i).stats())));
        }
        return new MetricFamily(name, type, help, unit, samples);
    }
}
