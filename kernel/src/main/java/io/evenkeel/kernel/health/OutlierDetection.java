package io.evenkeel.kernel.health;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Passive health: ejects endpoints whose replies are bad, for a time, with Envoy's rules (source:
 * envoyproxy.io, "Outlier detection").
 *
 * <ul>
 *   <li>Failures in a row eject at once.
 *   <li>Once an interval, the success rates of all endpoints with enough requests are compared; who
 *       is more than {@code factor} standard deviations below the mean is ejected, and, if that is
 *       enforced, who fails a percentage of its requests.
 *   <li>An ejection lasts the base time multiplied by the number of ejections, at most the maximum;
 *       every interval that an endpoint spends in service takes one off that number.
 *   <li>No more than a share of the endpoints is ejected at once (one always, if so set).
 * </ul>
 *
 * <p>A pure state machine over small integers, the hosts; recording allocates nothing. Not
 * thread-safe: the queue's lock guards it.
 */
public final class OutlierDetection {
    /** Why an endpoint was ejected. */
    public enum Reason {
        /** It was not. */
        NONE,
        /** Too many failures in a row. */
        CONSECUTIVE_5XX,
        /** Too many gateway failures in a row. */
        CONSECUTIVE_GATEWAY_FAILURE,
        /** Too many failures without a reply in a row. */
        CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
        /** Its success rate is far below its peers'. */
        SUCCESS_RATE,
        /** It is reached far less often than its peers. */
        LOCAL_ORIGIN_SUCCESS_RATE,
        /** Too many of its replies are failures. */
        FAILURE_PERCENTAGE,
        /** It can't be reached too often. */
        FAILURE_PERCENTAGE_LOCAL_ORIGIN
    }

    /** Hears what a tick changed. */
    public interface Changes {
        /** The host is out until then. */
        void ejected(int host, Reason reason, long untilNanos);

        /** The host is back. */
        void returned(int host);
    }

    private static final int STRIDE = 9;
    private static final int PRESENT = 0;
    private static final int STREAK_5XX = 1;
    private static final int STREAK_GATEWAY = 2;
    private static final int STREAK_LOCAL = 3;
    private static final int STREAKS_END = 4;
    private static final int EJECTIONS = 4;
    private static final int EJECTED = 5;

    /** In this interval; local ones only if they are split. */
    private static final int FAILURES = 6;

    private static final int LOCAL_FAILURES = 7;

    /** Running total at the start of the interval. */
    private static final int BEFORE = 8;

    private OutlierSettings settings;
    private int[] state = new int[16 * STRIDE];
    private long[] until = new long[16];
    private int hosts;
    private int ejected;
    private int limit;
    private long nextInterval = Long.MIN_VALUE;
    private long earliestReturn = Long.MAX_VALUE;
    private final SplittableRandom dice;

    /**
     * No hosts yet.
     *
     * @param seed of the chances with which detectors are enforced: the same seed and the same
     *     calls have the same result
     */
    public OutlierDetection(OutlierSettings settings, long seed) {
        this.settings = settings;
        dice = new SplittableRandom(seed);
    }

    /** Other settings from now on; who is ejected stays so until its time. */
    public void settings(OutlierSettings value) {
        this.settings = value;
    }

    /** A host that isn't there yet, without any past. */
    public void add(int host) {
        if (host >= until.length) {
            int capacity = Math.max(host + 1, until.length * 2);
            state = Arrays.copyOf(state, capacity * STRIDE);
            until = Arrays.copyOf(until, capacity);
        }
        Arrays.fill(state, host * STRIDE, (host + 1) * STRIDE, 0);
        state[host * STRIDE + PRESENT] = 1;
        limit = Math.max(limit, host + 1);
        hosts++;
    }

    /** A host that is there leaves. */
    public void remove(int host) {
        int at = host * STRIDE;
        state[at + PRESENT] = 0;
        hosts--;
        if (state[at + EJECTED] != 0) {
            state[at + EJECTED] = 0;
            ejected--;
        }
    }

    /** Whether the host is out. */
    public boolean isEjected(int host) {
        return state[host * STRIDE + EJECTED] != 0;
    }

    /** When an ejected host returns. */
    public long returnsAtNanos(int host) {
        return until[host];
    }

    /** The multiplier of its last ejection, less the intervals in service since. */
    public int ejections(int host) {
        return state[host * STRIDE + EJECTIONS];
    }

    /** Whether its last outcomes were failures: its next success has to be recorded. */
    public boolean hasStreak(int host) {
        int at = host * STRIDE;
        return (state[at + STREAK_5XX] | state[at + STREAK_GATEWAY] | state[at + STREAK_LOCAL])
                != 0;
    }

    /**
     * Takes the outcome of an exchange. Every failure has to be recorded, and every success of a
     * host with a streak; other successes need not be: they show in the running total.
     *
     * @return why the host is ejected now, or {@link Reason#NONE}
     */
    public Reason record(int host, Outcome outcome, long nowNanos) {
        int at = host * STRIDE;
        if (outcome == Outcome.SUCCESS) {
            endStreaks(at);
            return Reason.NONE;
        }
        return outcome.isFailure() && state[at + PRESENT] != 0
                ? fail(host, at, outcome, nowNanos)
                : Reason.NONE;
    }

    private Reason fail(int host, int at, Outcome outcome, long now) {
        boolean local = outcome.isLocalOrigin();
        boolean split = settings.splitExternalLocalOriginErrors();
        if (local && split) {
            state[at + LOCAL_FAILURES]++;
            state[at + STREAK_LOCAL]++;
        } else {
            state[at + FAILURES]++;
            state[at + STREAK_5XX]++;
            if (local || outcome == Outcome.GATEWAY_ERROR) {
                state[at + STREAK_GATEWAY]++;
            } else {
                state[at + STREAK_GATEWAY] = 0;
            }
            if (!local) {
                state[at + STREAK_LOCAL] = 0;
            }
        }
        if (state[at + EJECTED] != 0) {
            return Reason.NONE;
        }
        OutlierSettings.Enforcing enforcing = settings.enforcing();
        OutlierSettings.Rows rows = settings.rows();
        Reason reason;
        if (ejects(
                at + STREAK_GATEWAY,
                rows.consecutiveGatewayFailure(),
                enforcing.consecutiveGatewayFailure())) {
            reason = Reason.CONSECUTIVE_GATEWAY_FAILURE;
        } else if (ejects(at + STREAK_5XX, rows.consecutive5xx(), enforcing.consecutive5xx())) {
            reason = Reason.CONSECUTIVE_5XX;
        } else if (split
                && ejects(
                        at + STREAK_LOCAL,
                        rows.consecutiveLocalOriginFailure(),
                        enforcing.consecutiveLocalOriginFailure())) {
            reason = Reason.CONSECUTIVE_LOCAL_ORIGIN_FAILURE;
        } else {
            return Reason.NONE;
        }
        return eject(host, now) ? reason : Reason.NONE;
    }

    /**
     * Returns those whose time is over and, once an interval, judges their rates.
     *
     * @param completed running total of a host's requests, failed or not; may wrap around
     */
    public void tick(long nowNanos, IntUnaryOperator completed, Changes changes) {
        if (ejected > 0 && nowNanos >= earliestReturn) {
            returnDue(nowNanos, changes);
        }
        if (nextInterval == Long.MIN_VALUE) {
            nextInterval = nowNanos + settings.interval().toNanos();
        } else if (nowNanos >= nextInterval) {
            nextInterval = nowNanos + settings.interval().toNanos();
            forgive();
            judgeRates(nowNanos, completed, changes);
        }
    }

    private void returnDue(long now, Changes changes) {
        earliestReturn = Long.MAX_VALUE;
        for (int host = 0; host < limit; host++) {
            int at = host * STRIDE;
            if (state[at + EJECTED] == 0) {
                continue;
            }
            if (now < until[host]) {
                earliestReturn = Math.min(earliestReturn, until[host]);
                continue;
            }
            state[at + EJECTED] = 0;
            endStreaks(at);
            ejected--;
            changes.returned(host);
        }
    }

    private void forgive() {
        for (int at = 0; at < limit * STRIDE; at += STRIDE) {
            if (state[at + EJECTED] == 0 && state[at + EJECTIONS] > 0) {
                state[at + EJECTIONS]--;
            }
        }
    }

    private void judgeRates(long now, IntUnaryOperator completed, Changes changes) {
        boolean split = settings.splitExternalLocalOriginErrors();
        PeerRates replies = new PeerRates(limit);
        PeerRates contacts = new PeerRates(limit);
        for (int host = 0; host < limit; host++) {
            int at = host * STRIDE;
            int total = completed.applyAsInt(host);
            int requests = total - state[at + BEFORE];
            if (state[at + PRESENT] != 0 && state[at + EJECTED] == 0) {
                replies.add(host, requests - state[at + LOCAL_FAILURES], state[at + FAILURES]);
                contacts.add(host, requests, state[at + LOCAL_FAILURES]);
            }
            state[at + FAILURES] = 0;
            state[at + LOCAL_FAILURES] = 0;
            state[at + BEFORE] = total;
        }
        OutlierSettings.Enforcing enforcing = settings.enforcing();
        ejectFarBelow(replies, enforcing.successRate(), Reason.SUCCESS_RATE, now, changes);
        ejectTooBad(
                replies, enforcing.failurePercentage(), Reason.FAILURE_PERCENTAGE, now, changes);
        if (split) {
            ejectFarBelow(
                    contacts,
                    enforcing.localOriginSuccessRate(),
                    Reason.LOCAL_ORIGIN_SUCCESS_RATE,
                    now,
                    changes);
            ejectTooBad(
                    contacts,
                    enforcing.failurePercentageLocalOrigin(),
                    Reason.FAILURE_PERCENTAGE_LOCAL_ORIGIN,
                    now,
                    changes);
        }
    }

    private void ejectFarBelow(
            PeerRates rates, int percent, Reason reason, long now, Changes changes) {
        double least = rates.leastSuccesses(settings.successRate());
        for (int host = 0; host < limit; host++) {
            if (rates.isFarBelow(host, least, settings.successRate())) {
                ejectByChance(host, percent, reason, now, changes);
            }
        }
    }

    private void ejectTooBad(
            PeerRates rates, int percent, Reason reason, long now, Changes changes) {
        if (!rates.canJudge(settings.failurePercentage())) {
            return;
        }
        for (int host = 0; host < limit; host++) {
            if (rates.failsTooOften(host, settings.failurePercentage())) {
                ejectByChance(host, percent, reason, now, changes);
            }
        }
    }

    private void ejectByChance(int host, int percent, Reason reason, long now, Changes changes) {
        if (state[host * STRIDE + EJECTED] == 0 && enforced(percent) && eject(host, now)) {
            changes.ejected(host, reason, until[host]);
        }
    }

    private void endStreaks(int at) {
        Arrays.fill(state, at + STREAK_5XX, at + STREAKS_END, 0);
    }

    private boolean eject(int host, long now) {
        boolean withinShare = (ejected + 1) * 100L <= (long) settings.maxEjectionPercent() * hosts;
        if (!withinShare && !(settings.alwaysEjectOneHost() && ejected == 0)) {
            return false;
        }
        int at = host * STRIDE;
        state[at + EJECTED] = 1;
        state[at + EJECTIONS]++;
        ejected++;
        long base = settings.baseEjectionTime().toNanos();
        long longest = settings.maxEjectionTime().toNanos();
        long times = Math.min(state[at + EJECTIONS], longest / base + 1);
        until[host] = now + Math.min(longest, base * times);
        earliestReturn = Math.min(earliestReturn, until[host]);
        return true;
    }

    /**
     * Whether a row is long enough and the chance says so. If the chance is against it, the row
     * begins anew: it is asked once for each row.
     */
    private boolean ejects(int streak, int threshold, int percent) {
        if (threshold == 0 || state[streak] < threshold) {
            return false;
        }
        if (enforced(percent)) {
            return true;
        }
        state[streak] = 0;
        return false;
    }

    private boolean enforced(int percent) {
        return percent == 100 || (percent > 0 && dice.nextInt(100) < percent);
    }
}
