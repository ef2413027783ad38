package io.evenkeel.simulation.stage;

import io.evenkeel.simulation.cast.Answer;
import java.util.Arrays;

/** What clients saw and endpoints bore, from the end of the warm-up on. */
public final class Tally {
    private static final long SAMPLE_NANOS = 10_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Stage stage;
    private final long fromNanos;
    private long[] successNanos = new long[1024];
    private int successes;
    private long failures;
    private double outstandingSkews;
    private int outstandingSamples;

    /**
     * Counts on this stage.
     *
     * @param fromNanos requests asked earlier don't count
     */
    public Tally(Stage stage, long fromNanos) {
        this.stage = stage;
        this.fromNanos = fromNanos;
        stage.queue().every(SAMPLE_NANOS, this::sample);
    }

    /** Counts an answer. */
    public void answered(Answer answer) {
        if (answer.askedNanos() < fromNanos) {
            return;
        }
        if (!answer.isSuccess()) {
            failures++;
            return;
        }
        if (successes == successNanos.length) {
            successNanos = Arrays.copyOf(successNanos, 2 * successes);
        }
        successNanos[successes++] = answer.nanos();
    }

    /** Requests that ended. */
    public long requests() {
        return successes + failures;
    }

    /** Share of requests that got what they wanted, 0 to 100. */
    public double successPercent() {
        return requests() == 0 ? 0 : 100.0 * successes / requests();
    }

    /**
     * The latency that this share of the successes didn't exceed, in nanoseconds; 0 without any.
     */
    public long successNanos(double quantile) {
        if (successes == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(successNanos, successes);
        Arrays.sort(sorted);
        return sorted[Math.min(successes - 1, (int) (quantile * successes))];
    }

    /**
     * Greatest over mean of the picks per second of membership, over members of at least a second.
     */
    public double requestSkew() {
        double most = 0;
        double sum = 0;
        int count = 0;
        long now = stage.queue().nowNanos();
        for (Member member : stage.service().everyone()) {
            double seconds = member.memberNanos(now) / NANOS_PER_SECOND;
            if (seconds >= 1) {
                double rate = member.picks() / seconds;
                most = Math.max(most, rate);
                sum += rate;
                count++;
            }
        }
        return sum == 0 ? 1 : most * count / sum;
    }

    /** Greatest over mean of the outstanding requests, averaged over samples every 10 ms. */
    public double outstandingSkew() {
        return outstandingSamples == 0 ? 1 : outstandingSkews / outstandingSamples;
    }

    private void sample() {
        if (stage.queue().nowNanos() < fromNanos) {
            return;
        }
        int most = 0;
        int sum = 0;
        int count = 0;
        for (Member member : stage.service().members()) {
            if (!member.hasLeft()) {
                most = Math.max(most, member.outstanding());
                sum += member.outstanding();
                count++;
            }
        }
        if (sum > 0) {
            outstandingSkews += (double) most * count / sum;
            outstandingSamples++;
        }
    }
}
