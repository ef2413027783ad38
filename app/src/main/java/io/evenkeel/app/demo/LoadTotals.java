package io.evenkeel.app.demo;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What became of every request that a load sent: each one ends in exactly one of these counts.
 * Thread-safe; reads while a load runs are approximate.
 */
public final class LoadTotals {
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cutMidReply = new LongAdder();
    private final ConcurrentSkipListMap<String, LongAdder> byBackend =
            new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, LongAdder> failures = new ConcurrentSkipListMap<>();
    private final Histogram latencyMicros = new ConcurrentHistogram(60_000_000L, 3);

    void answered(String backend, long nanos) {
        answered.increment();
        byBackend.computeIfAbsent(backend, name -> new LongAdder()).increment();
        latencyMicros.recordValue(Math.min(60_000_000L, nanos / 1_000));
    }

    /** A whole answer whose status is not 2xx. */
    void refused(int status, String reason) {
        refused.increment();
        failures.computeIfAbsent(status + " " + reason, name -> new LongAdder()).increment();
    }

    /** No byte of an answer. */
    void failed(String why) {
        failed.increment();
        failures.computeIfAbsent(why, name -> new LongAdder()).increment();
    }

    /** The answer had begun and broke off: nobody can repeat that unseen. */
    void cutMidReply() {
        cutMidReply.increment();
    }

    /** Requests answered with 2xx, whole. */
    public long answered() {
        return answered.sum();
    }

    /** Requests that got another status, or no answer at all: what a user would call lost. */
    public long lost() {
        return refused.sum() + failed.sum();
    }

    /** Requests whose answer broke off after it had begun. */
    public long cut() {
        return cutMidReply.sum();
    }

    /** Answers per backend, by the name that the backend gave itself. */
    public SortedMap<String, Long> byBackend() {
        return sums(byBackend);
    }

    /** Why requests were lost, with counts. */
    public SortedMap<String, Long> failures() {
        return sums(failures);
    }

    /** Latency of whole answers at a percentile (0 to 100), in milliseconds. */
    public double latencyMillis(double percentile) {
        return latencyMicros.getValueAtPercentile(percentile) / 1_000.0;
    }

    private static SortedMap<String, Long> sums(ConcurrentSkipListMap<String, LongAdder> adders) {
        SortedMap<String, Long> sums = new TreeMap<>();
        adders.forEach((name, adder) -> sums.put(name, adder.sum()));
        return sums;
    }
}
