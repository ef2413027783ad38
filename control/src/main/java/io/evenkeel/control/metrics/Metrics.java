package io.evenkeel.control.metrics;

import io.evenkeel.kernel.observe.MetricFamily;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Gathers metrics from their sources when asked. Thread-safe if the sources are. */
public final class Metrics {
    /** Content type of {@link #text}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final List<Supplier<List<MetricFamily>>> sources;

    /** Metrics of these sources and of the JVM. */
    public Metrics(List<Supplier<List<MetricFamily>>> sources) {
        List<Supplier<List<MetricFamily>>> all = new ArrayList<>(sources);
        all.add(JvmMetrics::now);
        this.sources = List.copyOf(all);
    }

    /** Everything, in the Prometheus text format. */
    public String text() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        for (Supplier<List<MetricFamily>> source : sources) {
            for (MetricFamily family : source.get()) {
                if (!family.samples().isEmpty()) {
                    snapshots.add(snapshot(family));
                }
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create()
                    .write(out, new MetricSnapshots(snapshots), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static MetricSnapshot snapshot(MetricFamily family) {
        return switch (family.type()) {
            case COUNTER -> counter(family);
            case GAUGE -> gauge(family);
            case HISTOGRAM -> histogram(family);
        };
    }

    private static MetricSnapshot counter(MetricFamily family) {
        CounterSnapshot.Builder builder =
                CounterSnapshot.builder().name(family.name()).help(family.help());
        for (MetricFamily.Sample sample : family.samples()) {
            builder.dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder()
                            .labels(labels(sample))
                            .value(((MetricFamily.Value) sample).value())
                            .build());
        }
        return builder.build();
    }

    private static MetricSnapshot gauge(MetricFamily family) {
        GaugeSnapshot.Builder builder =
                GaugeSnapshot.builder().name(family.name()).help(family.help());
        for (MetricFamily.Sample sample : family.samples()) {
            builder.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                            .labels(labels(sample))
                            .value(((MetricFamily.Value) sample).value())
                            .build());
        }
        return builder.build();
    }

    private static MetricSnapshot histogram(MetricFamily family) {
        HistogramSnapshot.Builder builder =
                HistogramSnapshot.builder().name(family.name()).help(family.help());
        for (MetricFamily.Sample sample : family.samples()) {
            MetricFamily.Distribution distribution = (MetricFamily.Distribution) sample;
            ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            long below = 0;
            for (int i = 0; i < distribution.cumulative().size(); i++) {
                boolean last = i == distribution.upperBounds().size();
                long upTo = distribution.cumulative().get(i);
                buckets.bucket(
                        last ? Double.POSITIVE_INFINITY : distribution.upperBounds().get(i),
                        upTo - below);
                below = upTo;
            }
            builder.dataPoint(
                    HistogramSnapshot.HistogramDataPointSnapshot.builder()
                            .labels(labels(sample))
                            .classicHistogramBuckets(buckets.build())
                            .sum(distribution.sum())
                            .build());
        }
        return builder.build();
    }

    private static Labels labels(MetricFamily.Sample sample) {
        Labels.Builder builder = Labels.builder();
        for (MetricFamily.Label label : sample.labels()) {
            builder.label(label.name(), label.value());
        }
        return builder.build();
    }
}
