package io.evenkeel.kernel.balancing;

/**
 * The load of an endpoint as one integer: the only place that knows the formula.
 *
 * <p>Load is counted in requests:
 *
 * <pre>load = own outstanding + surplus + penalty</pre>
 *
 * <ul>
 *   <li><b>Surplus</b>: what the endpoint reports in flight beyond what is ours, that is the load
 *       by others, as far as it exceeds what others usually have at an endpoint; and of that our
 *       part of the whole load ({@link #surplus}). Over several reports parts of a request add up
 *       ({@link ReportedLoad}). It fades linearly to nothing over {@link #REPORT_INTERVALS} report
 *       intervals, so that an endpoint that falls silent isn't judged by old news.
 *   <li><b>Penalty</b>: a failed request goes on counting as if it were outstanding, and fades by 2
 *       % every {@link #STEP_NANOS} (time constant 5 s). An endpoint that fails in a millisecond is
 *       idle nearly always; without this the least loaded queue sends it everything
 *       (envoyproxy/envoy#39737). With it, it is tried about once in ten seconds for every request
 *       that its peers hold outstanding.
 * </ul>
 *
 * <p>The score orders endpoints of unequal strength: load divided by rate, where rate is weight
 * times the slow-start factor in thousandths. An idle endpoint scores 0 whatever its rate, so a
 * newcomer gets the very next request and its second only when its peers carry as much more as they
 * are stronger.
 */
public final class LoadScore {
    /** Loads saturate here; caps can't be greater. */
    public static final int MAX_LOAD = 65_535;

    /** Report intervals after which a report counts for nothing. */
    public static final int REPORT_INTERVALS = 3;

    /** Reported loads are counted in this part of a request. */
    static final int REPORT_UNIT = 256;

    /** Faded values move in steps of this many nanoseconds. */
    public static final long STEP_NANOS = 100_000_000;

    /** Slow-start factor of a node at full strength. */
    public static final int FULL_PERMILLE = 1000;

    /** Score of a load of one at weight 1 and full strength. */
    public static final long UNIT = 1_000_000;

    /** One failure as a penalty value; fine enough to fade smoothly. */
    static final int FAILURE = 1024;

    /** A penalty value below this has faded: one failure counts for 103 steps, ten seconds. */
    private static final int FADED = FAILURE / 8;

    private static final int MAX_PENALTY = 16_384 * FAILURE;

    private LoadScore() {}

    /** The load in requests, 0 to {@link #MAX_LOAD}. */
    public static int load(int outstanding, int surplus, int penalty) {
        return (int) Math.min(MAX_LOAD, (long) outstanding + surplus + penalty);
    }

    /** The rate of an endpoint: weight × slow-start factor in thousandths. */
    public static int rate(int weight, int factorPermille) {
        return weight * factorPermille;
    }

    /**
     * The score: load over rate in units of {@link #UNIT}; never equal for two loads at one rate.
     *
     * @param rate as {@link #rate} gives it, at most 1,000,000
     */
    public static long score(int load, int rate) {
        return load * (UNIT * FULL_PERMILLE) / rate;
    }

    /**
     * What is to be added for the load by others, in {@link #REPORT_UNIT}ths of a request.
     *
     * <p>Every gateway hears the same reports, already old, and each would answer with all of its
     * requests: counted in full, reports make gateways run after one endpoint together, worse than
     * without any (docs/benchmarks/policies.md, many-gateways). So a gateway answers for its own
     * part only: of the excess over the usual it counts as much as its part of all load. The first
     * half of a request in excess is chance: reports are older than most requests.
     *
     * @param others load by others there, in {@link #REPORT_UNIT}ths of a request, as the next
     * @param usual the mean of that over all endpoints
     * @param ownSum our load at all endpoints that report
     * @param othersSum that of others
     */
    static long surplus(int others, long usual, long ownSum, long othersSum) {
        long excess = others - usual - REPORT_UNIT / 2;
        return excess <= 0 ? 0 : excess * ownSum / (ownSum + othersSum);
    }

    /**
     * Whether an endpoint has so much more than the usual load by others that also a gateway avoids
     * it that has next to none itself, and so next to no part of the excess.
     */
    static boolean farBeyond(int others, long usual) {
        return 2L * others >= 3 * usual + 8L * REPORT_UNIT;
    }

    /**
     * Whether our load is too little to answer for a part of a request: where endpoints have less
     * than half a request of ours, one more for any of them moves all that we send it.
     */
    static boolean coarse(long ownSum, int endpoints) {
        return 2 * ownSum < (long) endpoints * REPORT_UNIT;
    }

    /** A surplus of this age, rounded up. */
    public static int fadedSurplus(int surplus, long ageNanos, long reportIntervalNanos) {
        long whole = REPORT_INTERVALS * Math.max(1, reportIntervalNanos);
        if (ageNanos <= 0) {
            return surplus;
        }
        return ageNanos >= whole
                ? 0
                : (int) (surplus - (long) (surplus * ((double) ageNanos / whole)));
    }

    /** A penalty value after one more failure. */
    static int failed(int penaltyValue) {
        return Math.min(MAX_PENALTY, penaltyValue + FAILURE);
    }

    /** A penalty value some steps of {@link #STEP_NANOS} later. */
    static int faded(int penaltyValue, long steps) {
        int value = penaltyValue;
        for (long i = 0; i < steps && value > 0; i++) {
            value -= Math.ceilDiv(value, 50);
            if (value < FADED) {
                value = 0;
            }
        }
        return value;
    }

    /** A penalty value in requests, rounded up. */
    static int penalty(int penaltyValue) {
        return Math.ceilDiv(penaltyValue, FAILURE);
    }

    /** The slow-start factor in thousandths, after this time of a slow start of that length. */
    static int factorPermille(long elapsedNanos, long slowStartNanos, int floorPercent) {
        if (elapsedNanos >= slowStartNanos) {
            return FULL_PERMILLE;
        }
        double share = (double) Math.max(0, elapsedNanos) / slowStartNanos;
        return Math.max(floorPercent * 10, (int) (share * FULL_PERMILLE));
    }
}
