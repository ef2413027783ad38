package io.evenkeel.kernel.observe;

import java.util.List;

/**
 * Metrics of one name, free of any exposition format.
 *
 * @param name in Prometheus' spelling without {@code _total}: {@code [a-z_]+}
 * @param type what the samples are
 * @param help one sentence
 * @param unit base unit, or empty
 * @param samples one for each set of labels
 */
public record MetricFamily(String name, Type type, String help, String unit, List<Sample> samples) {
    /** What a sample's value means. */
    public enum Type {
        /** Only grows. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** Distribution; see {@link Distribution}. */
        HISTOGRAM
    }

    /** Copies the list. */
    public MetricFamily {
        samples = List.copyOf(samples);
    }

    /** A label and its value. */
    public record Label(String name, String value) {}

    /** One set of labels and what was measured for it. */
    public sealed interface Sample {
        /** The labels, in the order to show them. */
        List<Label> labels();
    }

    /** A counter's or gauge's value. */
    public record Value(List<Label> labels, double value) implements Sample {
        /** Copies the list. */
        public Value {
            labels = List.copyOf(labels);
        }
    }

    /**
     * A histogram's content.
     *
     * @param upperBounds inclusive bounds in the family's unit, growing; the last bucket's is
     *     infinite and left out
     * @param cumulative observations up to each bound; one more than {@code upperBounds}, the last
     *     being all of them
     * @param sum all observations together
     */
    public record Distribution(
            List<Label> labels, List<Double> upperBounds, List<Long> cumulative, double sum)
            implements Sample {
        /** Copies the lists. */
        public Distribution {
            labels = List.copyOf(labels);
            upperBounds = List.copyOf(upperBounds);
            cumulative = List.copyOf(cumulative);
        }
    }
}
