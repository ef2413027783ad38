package io.evenkeel.kernel.health;

import io.evenkeel.kernel.health.OutlierSettings.FailurePercentage;
import io.evenkeel.kernel.health.OutlierSettings.SuccessRate;

/**
 * What hosts did in one interval, and who among them stands out (Envoy's success rate and failure
 * percentage). Filled once and asked once; O(hosts).
 */
final class PeerRates {
    private final int[] requests;
    private final int[] failures;

    PeerRates(int hosts) {
        requests = new int[hosts];
        failures = new int[hosts];
    }

    /** A host that may be judged: what it did in the interval. */
    void add(int host, int requests, int failures) {
        this.requests[host] = requests;
        this.failures[host] = failures;
    }

    /** Its share of successes. A cancelled request counts as one, as it does in the total. */
    private double successes(int host) {
        return (double) (requests[host] - failures[host]) / requests[host];
    }

    private boolean counts(int host, int volume) {
        return requests[host] > 0 && requests[host] >= volume;
    }

    /** Hosts with fewer successes than this are far below the mean; -1 if none can be. */
    double leastSuccesses(SuccessRate settings) {
        double sum = 0;
        double squares = 0;
        int judged = 0;
        for (int host = 0; host < requests.length; host++) {
            if (counts(host, settings.requestVolume())) {
                double rate = successes(host);
                sum += rate;
                squares += rate * rate;
                judged++;
            }
        }
        if (settings.stdevFactor() == 0 || judged == 0 || judged < settings.minimumHosts()) {
            return -1;
        }
        double mean = sum / judged;
        double deviation = Math.sqrt(Math.max(0, squares / judged - mean * mean));
        // The margin keeps rounding from ejecting one among equals.
        return mean - deviation * settings.stdevFactor() / 1000 - 1e-9;
    }

    /** Whether it is one of those below {@link #leastSuccesses}. */
    boolean isFarBelow(int host, double leastSuccesses, SuccessRate settings) {
        return counts(host, settings.requestVolume()) && successes(host) < leastSuccesses;
    }

    /** Whether enough hosts have enough requests for percentages to be judged. */
    boolean canJudge(FailurePercentage settings) {
        int judged = 0;
        for (int host = 0; host < requests.length; host++) {
            judged += counts(host, settings.requestVolume()) ? 1 : 0;
        }
        return settings.threshold() > 0 && judged >= settings.minimumHosts();
    }

    /** Whether so many of its requests failed. */
    boolean failsTooOften(int host, FailurePercentage settings) {
        return counts(host, settings.requestVolume())
                && failures[host] * 100L >= (long) settings.threshold() * requests[host];
    }
}
